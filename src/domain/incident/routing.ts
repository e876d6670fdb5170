import type { Delivery } from '../alert/alert.ts';
import type { Incident } from './incident.ts';
import { incidentOf } from './incident-of.ts';

/**
 * One period in which an incident is open. The first occurrence begins when the incident is opened. Each time the
 * incident is reopened, another occurrence begins.
 */
export interface Occurrence {
  incident: Incident;
  /** 1 for the first occurrence. */
  number: number;
  /** How often the incident's alerts have fired again, counted when this occurrence began. */
  flaps: number;
  /** If the alerts have fired again this often, Airlock escalates the incident to a person instead of repairing it. */
  flapLimit: number;
  /** Earliest start of the firing alerts that began this occurrence, ISO 8601. Undefined for the first occurrence. */
  since?: string | undefined;
}

/**
 * The routing state of a group of alerts: the latest occurrence of the group's latest incident. After this occurrence
 * has closed, `flaps` also counts the alerts that fired again during the occurrence.
 */
export interface RoutingState extends Omit<Occurrence, 'flapLimit'> {
  /** Trace id of the delivery that began the latest occurrence. */
  openedBy: string;
  /** Milliseconds since the incident closed. Undefined while the incident is open. */
  closedForMs?: number;
}

/** What happens to a delivery of a group's alerts. */
export type RoutingDecision =
  /** The delivery is dropped: a closed incident has already accepted all alerts of the delivery. */
  | { kind: 'drop' }
  /** No alert of the delivery is firing. The delivery is sent to the open incident, if there is one. */
  | { kind: 'notify' }
  /** An alert of the delivery is firing, and an incident is open. The delivery is sent to this incident. */
  | { kind: 'join' }
  /** The delivery opens a new incident. */
  | { kind: 'open'; incident: Incident }
  /**
   * The delivery reopens the group's latest incident. `flap`: true if the alerts fired again; false if the delivery
   * that began the latest occurrence is routed a second time. `since`: earliest start of the firing alerts.
   */
  | { kind: 'reopen'; flap: boolean; since: string };

/** What a routing decision depends on, besides the delivery. */
export interface RoutingInputs {
  /**
   * The routing state of the group; undefined if the group has had no incident. If the group's latest incident was
   * merged into an incident that is still open: the state of that open incident.
   */
  state: RoutingState | undefined;
  /** Whether a closed incident has accepted all alerts of the delivery. */
  allAccepted: boolean;
  /**
   * For this many milliseconds after an incident has closed, a firing alert reopens the incident. Later, a firing alert
   * opens a new incident. Exception: an alert with the same start as the closed incident reopens that incident.
   */
  windowMs: number;
}

/**
 * Decides what happens to a delivery.
 * @param delivery the status of every alert that is known to have ended must be `resolved`.
 */
export function route(delivery: Delivery, { state, allAccepted, windowMs }: RoutingInputs): RoutingDecision {
  if (allAccepted) return { kind: 'drop' };
  const incident = incidentOf(delivery);
  if (!incident) return { kind: 'notify' };
  if (!state) return { kind: 'open', incident };
  if (state.closedForMs === undefined) return { kind: 'join' };
  // The incident id is derived from the cluster, the group and the earliest start of the firing alerts. If this start
  // is the start of the closed incident, a new incident would get the id of the closed incident.
  if (state.closedForMs > windowMs && incident.id !== state.incident.id) return { kind: 'open', incident };
  // An occurrence can close before its workflow receives the delivery that began the occurrence. That delivery is then
  // routed a second time, although no alert has fired again.
  return { kind: 'reopen', flap: state.openedBy !== delivery.trace, since: incident.startsAt };
}
