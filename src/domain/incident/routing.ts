import type { Delivery } from '../alert/alert.ts';
import type { Incident } from './incident.ts';
import { incidentOf } from './incident-of.ts';

/**
 * One period in which an incident is open. The first occurrence begins when the incident opens. If alerts fire again
 * after the incident has closed, the incident is reopened, and another occurrence begins.
 */
export interface Occurrence {
  incident: Incident;
  /** 1 for the first occurrence. */
  number: number;
  /** How often the incident's alerts had fired again when this occurrence began. */
  flaps: number;
  /** If the alerts have fired again this often, Airlock escalates the incident to a person instead of repairing it. */
  flapLimit: number;
  /** Earliest start of the alerts that began this occurrence, ISO 8601. Undefined for the first occurrence. */
  since?: string | undefined;
}

/** The routing state of a group of alerts: the latest occurrence of the group's latest incident. */
export interface RoutingState extends Omit<Occurrence, 'flapLimit'> {
  /** Trace of the delivery that opened the latest occurrence. */
  openedBy: string;
  /** Milliseconds since the incident closed; undefined while it is open. */
  closedForMs?: number;
}

/** Where a delivery of a group's alerts is sent. */
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
   * The delivery reopens the latest incident. `flap`: true if alerts fired again. `since`: earliest start of the firing
   * alerts.
   */
  | { kind: 'reopen'; flap: boolean; since: string };

/** A routing decision depends on the delivery and on these values. */
export interface RoutingInputs {
  /**
   * Undefined for a group that has had no incident. If the group's incident was merged into an incident that is open,
   * this is the state of the open incident.
   */
  state: RoutingState | undefined;
  /** Whether a closed incident has accepted all alerts of the delivery. */
  handled: boolean;
  /**
   * A time after the incident closed, in milliseconds. Alerts that fire within this time reopen the incident. Alerts
   * that fire later open a new incident.
   */
  windowMs: number;
}

/**
 * Decides where a delivery is sent. No other code routes alerts.
 * @param delivery every alert that is known to have ended must already have the status `resolved`.
 */
export function route(delivery: Delivery, { state, handled, windowMs }: RoutingInputs): RoutingDecision {
  if (handled) return { kind: 'drop' };
  const incident = incidentOf(delivery);
  if (!incident) return { kind: 'notify' };
  if (!state) return { kind: 'open', incident };
  if (state.closedForMs === undefined) return { kind: 'join' };
  // The incident id is derived from the earliest start of the firing alerts. If this start is the same as before, a new
  // incident would have the same id, so the delivery reopens the incident even after the window.
  if (state.closedForMs > windowMs && incident.id !== state.incident.id) return { kind: 'open', incident };
  // An occurrence can close before its workflow receives the delivery that opened it. That delivery is then routed a
  // second time, which is no flap.
  return { kind: 'reopen', flap: state.openedBy !== delivery.trace, since: incident.startsAt };
}
