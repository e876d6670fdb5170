import type { Delivery } from '../alert/alert.ts';
import type { Incident } from './incident.ts';
import { incidentOf } from './incident-of.ts';

/** An occurrence of an incident: the first time it is open, or a time that it is open again because alerts fired again. */
export interface Occurrence {
  incident: Incident;
  /** 1 for the first occurrence. */
  number: number;
  /** How often the incident had fired again before. */
  flaps: number;
  /** An incident that has fired again this often is escalated and not repaired again. */
  flapLimit: number;
  /** First start among the alerts that reopened the incident. */
  since?: string | undefined;
}

/** The routing state of a group of alerts: the latest incident of its workflow id. */
export interface RoutingState extends Omit<Occurrence, 'flapLimit'> {
  /** Trace of the delivery that opened the latest occurrence. */
  openedBy: string;
  /** Milliseconds since the incident closed; undefined while it is open. */
  closedForMs?: number;
}

/** Where a delivery of a group's alerts goes. */
export type RoutingDecision =
  /** Nowhere: a closed incident has handled it. */
  | { kind: 'drop' }
  /** To the open incident, if there is one: no alert of the delivery fires. */
  | { kind: 'notify' }
  /** To the open incident. */
  | { kind: 'join' }
  /** To a new incident. */
  | { kind: 'open'; incident: Incident }
  /** To the latest incident, which is reopened. */
  | { kind: 'reopen'; flap: boolean; since: string };

/** What a routing decision depends on, besides the delivery. */
export interface RoutingInputs {
  /** Undefined for a new group. */
  state: RoutingState | undefined;
  /** Whether a closed incident has accepted all alerts of the delivery. */
  handled: boolean;
  /** How long after its close an incident is reopened by alerts that fire again. */
  windowMs: number;
}

/**
 * Decides where a delivery goes. Nothing else routes alerts.
 * @param delivery alerts that are known to have ended are marked as resolved.
 */
export function route(delivery: Delivery, { state, handled, windowMs }: RoutingInputs): RoutingDecision {
  if (handled) return { kind: 'drop' };
  const incident = incidentOf(delivery);
  if (!incident) return { kind: 'notify' };
  if (!state) return { kind: 'open', incident };
  if (state.closedForMs === undefined) return { kind: 'join' };
  // The same first start is the same incident, also after the window: an incident id is never used twice.
  if (state.closedForMs > windowMs && incident.id !== state.incident.id) return { kind: 'open', incident };
  // A delivery can be routed again when its incident closes before receiving it. That is not a flap.
  return { kind: 'reopen', flap: state.openedBy !== delivery.trace, since: incident.startsAt };
}
