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

/**
 * A parsed webhook request of a monitoring system: alerts of one group, from the cluster that the sender's token is
 * for.
 */
export interface Webhook {
  /**
   * Key of the group: canonical JSON of the receiver and of the labels by which the monitoring system grouped the
   * alerts.
   */
  group: string;
  /** The monitoring system's own key of the group. This key is part of each alert's identity. It may be long. */
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

/**
 * Parses a webhook request in one alert format. `at` is the time when the request was received.
 * @throws AirlockError `bad-input`, which names the field, or `cluster-not-allowed`.
 */
export type WebhookParser = (origin: { cluster: string; at: Date }, sent: SentAlerts) => Webhook;

/** Stores alerts before the API acknowledges them with a 2xx. */
export interface Inbox {
  /**
   * Stores the alerts that are not stored yet, as one delivery. When the call returns, all alerts are durable.
   * @returns the number of alerts that were new. @throws AirlockError `inbox-unavailable` (retry).
   */
  store(request: Webhook & { cluster: string; trace: string }): Promise<number>;
}

/** Identifies a group of alerts. At most one incident of a group is open at a time. */
export type AlertGroup = Pick<Delivery, 'cluster' | 'group'>;

/** The inbox as the relay uses it. The relay is the loop that sends stored deliveries to workflows. */
export interface InboxQueue {
  /** Returns the oldest deliveries that wait to be sent, oldest first. @param except groups to leave out. */
  waiting(except?: readonly AlertGroup[]): Promise<Delivery[]>;
  /** Marks a delivery as no longer waiting. @param refusal the reason, if Temporal refuses the delivery permanently. */
  markRelayed(delivery: Delivery, refusal?: string): Promise<void>;
  /** Returns when the delivery with this trace was stored (ISO 8601); undefined if there is no such delivery. */
  storedAt(trace: string): Promise<string | undefined>;
}

/** Where a delivery is sent. */
export interface Route {
  workflowId: string;
  /** The delivery. Its alerts have the status `resolved` if they are known to have ended. */
  delivery: Delivery;
  /**
   * A workflow that is not running is started with this occurrence. If no alert fires, `occurrence` is absent and no
   * workflow is started.
   */
  occurrence?: Occurrence;
}

/** How many alerts of a delivery an incident has accepted. */
export interface AcceptedAlerts {
  /** Trace of the delivery. */
  trace: string;
  alerts: number;
}

/**
 * Decides to which incident each delivery is sent, and which incident owns a Kubernetes object. The database makes the
 * decisions about one group one after another.
 */
export interface RoutingStates {
  /**
   * Routes a delivery. As long as the incident is open, a repeated call returns the same route.
   * @returns undefined if a closed incident has already accepted all alerts of the delivery.
   */
  route(delivery: Delivery): Promise<Route | undefined>;
  /** Returns false if the occurrence has closed or never existed. The workflow must then stop. */
  isOpen(workflowId: string, occurrence: Occurrence): Promise<boolean>;
  /**
   * Makes an open incident the owner of a Kubernetes object. If another open incident owns the object already, the
   * calling incident is closed as merged. While the owner is open, later deliveries of the merged incident's group are
   * sent to the owner.
   * @param subject canonical JSON of the cluster and the object's reference.
   * @returns the other incident that owns the object, if there is one.
   */
  takeOwnership(workflowId: string, occurrence: Occurrence, subject: string): Promise<Incident | undefined>;
  /**
   * Closes an occurrence. If the occurrence has accepted all alerts of a delivery, that delivery opens no incident
   * later.
   */
  close(
    workflowId: string,
    occurrence: Occurrence,
    ended: { flaps: number; accepted: readonly AcceptedAlerts[] },
  ): Promise<void>;
}

/** Sends a delivery to its workflow. @throws AirlockError, or an error of Temporal. The call can be repeated. */
export type IncidentSignaler = (route: Route) => Promise<void>;

/** Reads the phases file anew on each call. @throws AirlockError `bad-input`, which names file and field. */
export type PhasesReader = () => Promise<Phases>;

/** Sends messages to the workflows of incidents. */
export interface IncidentWorkflows {
  /**
   * Sends a decision and waits for the answer. The same decision gets the same answer when it is sent again.
   * @throws AirlockError `no-open-dossier`, `decision-refused` (stop), `workflow-unavailable` (retry).
   */
  decide(workflowId: string, decision: Decision): Promise<DecisionAnswer>;
  /**
   * Sends an edit and waits for the answer. The same edit gets the same answer when it is sent again.
   * @throws AirlockError `no-open-dossier`, `edit-refused` (stop), `workflow-unavailable` (retry).
   */
  edit(workflowId: string, edit: Edit): Promise<EditAnswer>;
  /** Starts the workflow of a request, once per request. @throws AirlockError `workflow-unavailable` (retry). */
  open(request: RequestInput & { group: string; signIn: SignInTerms }): Promise<void>;
}

/**
 * Verifies a token's signature with the issuer's public keys, so no workflow gets a forged token. The claims are not
 * checked: later the gateway decides whether the token counts.
 * @throws AirlockError `issuer-unavailable` (retry).
 */
export type SignatureCheck = (token: string) => Promise<{ claims: unknown } | { refused: string }>;

/** Input of the activity `open`, and the id of the calling workflow. */
export type OpenedIncident = {
  incident: Incident;
  occurrence?: Occurrence | undefined;
  alerts: Alert[];
  requestCause?: RequestCause | undefined;
  workflowId: string;
};
