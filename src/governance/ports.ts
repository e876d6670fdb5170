import type { Alert, Delivery } from '../domain/alert/alert.ts';
import type { Decision } from '../domain/approval/decision.ts';
import type { SignInTerms } from '../domain/approval/decision-token.ts';
import type { RequestCause } from '../domain/approval/dossier.ts';
import type { Edit } from '../domain/approval/edit.ts';
import type { Incident } from '../domain/incident/incident.ts';
import type { Occurrence } from '../domain/incident/routing.ts';
import type { Phases } from '../domain/policy/phase.ts';
import type { DecisionAnswer } from '../domain/approval/decision.ts';
import type { EditAnswer } from '../domain/approval/edit.ts';
import type { RequestInput } from '../domain/approval/request.ts';

/** A parsed call of a monitoring system: alerts of one group, from the cluster of its token. */
export interface Webhook {
  /** Canonical JSON of the receiver and the labels by which the source grouped. */
  group: string;
  /** The monitoring system's own key of the group. It is part of each alert's identity and may be long. */
  groupKey: string;
  alerts: Alert[];
}

/** One HTTP request of a monitoring system. */
export interface SentAlerts {
  /** Header names in lower case. */
  headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The bytes as they were received. */
  body: Uint8Array;
}

/** Parses one format of alerts that were received at `at`. @throws AirlockError `bad-input` with the field, `cluster-not-allowed`. */
export type WebhookParser = (from: { cluster: string; at: Date }, sent: SentAlerts) => Webhook;

/** Stores alerts before the API acknowledges them with a 2xx. */
export interface Inbox {
  /**
   * Stores the alerts that are new, as one delivery. They are durable when the call returns.
   * @returns the number of new alerts. @throws AirlockError `inbox-unavailable` (retry).
   */
  store(request: Webhook & { cluster: string; trace: string }): Promise<number>;
}

/** A group of alerts. At most one incident of a group is open at a time. */
export type AlertGroup = Pick<Delivery, 'cluster' | 'group'>;

/** The inbox, as the relay reads it. */
export interface InboxQueue {
  /** The oldest deliveries that were not delivered to a workflow yet, in order, without those of the excluded groups. */
  waiting(except?: readonly AlertGroup[]): Promise<Delivery[]>;
  /** Marks a delivery as no longer waiting. @param refusal why Temporal refuses it permanently, if it does. */
  relayed(delivery: Delivery, refusal?: string): Promise<void>;
  /** When the delivery with this trace was stored, ISO 8601; undefined if there is none. */
  storedAt(trace: string): Promise<string | undefined>;
}

/** Where a delivery goes: to the workflow with this id. */
export interface Route {
  workflow: string;
  /** Alerts that are known to have ended are marked as resolved. */
  delivery: Delivery;
  /** The occurrence to start the workflow with, if it is not running. Absent when no alert fires: nothing is started. */
  occurrence?: Occurrence;
}

/** How many alerts of a delivery an incident has accepted. */
export interface AcceptedAlerts {
  trace: string;
  alerts: number;
}

/** Routing states of all groups of alerts. The database serialises the decisions about one group. */
export interface RoutingStates {
  /** Routes a delivery; a repeated call gives the same route. @returns undefined when a closed incident has handled it. */
  route(delivery: Delivery): Promise<Route | undefined>;
  /** False when the occurrence has closed or never existed: a workflow that was started for it must stop. */
  isOpen(workflow: string, occurrence: Occurrence): Promise<boolean>;
  /**
   * Makes an open incident the owner of a Kubernetes object.
   * @returns the open incident that owns the object already. The calling incident is closed then, and deliveries of its
   * group go to the owner while the owner is open.
   */
  takeOwnership(workflow: string, occurrence: Occurrence, subject: string): Promise<Incident | undefined>;
  /** Closes an occurrence. The deliveries that it accepted completely open no incident any more. */
  close(
    workflow: string,
    occurrence: Occurrence,
    ended: { flaps: number; accepted: readonly AcceptedAlerts[] },
  ): Promise<void>;
}

/** Delivers routed alerts to their workflow. @throws AirlockError or Temporal's error; the call can be repeated. */
export type IncidentSignaler = (route: Route) => Promise<void>;

/** Reads the phases file, at every call. @throws AirlockError `bad-input` with file and field. */
export type PhasesReader = () => Promise<Phases>;

/** Messages to the workflows of incidents, by workflow id. */
export interface IncidentWorkflows {
  /**
   * Sends a decision and waits for the answer. The same decision gets the same answer when it is sent again.
   * @throws AirlockError `no-open-dossier`, `decision-refused` (stop), `workflow-unavailable` (retry).
   */
  decide(workflow: string, decision: Decision): Promise<DecisionAnswer>;
  /**
   * Sends an edit and waits for the answer. The same edit gets the same answer when it is sent again.
   * @throws AirlockError `no-open-dossier`, `edit-refused` (stop), `workflow-unavailable` (retry).
   */
  edit(workflow: string, edit: Edit): Promise<EditAnswer>;
  /** Opens the incident of a request, once per request. @throws AirlockError `workflow-unavailable`. */
  open(request: RequestInput & { group: string; signIn: SignInTerms }): Promise<void>;
}

/**
 * Verifies a token's signature with the issuer's public keys, so that forged tokens are rejected before a workflow gets
 * them. The gateway decides whether the token counts.
 * @throws AirlockError `issuer-unavailable` (retry).
 */
export type SignatureCheck = (token: string) => Promise<{ claims: unknown } | { refused: string }>;

/** Input of `open`, with the id of the calling workflow. */
export type OpenedIncident = {
  incident: Incident;
  occurrence?: Occurrence | undefined;
  alerts: Alert[];
  requestCause?: RequestCause | undefined;
  workflow: string;
};
