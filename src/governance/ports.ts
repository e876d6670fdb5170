import type { Alert, Delivery } from '../domain/alert/alert.ts';
import type { Decision, DecisionAnswer } from '../domain/approval/decision.ts';
import type { SignInTerms } from '../domain/approval/decision-token.ts';
import type { Edit, EditAnswer } from '../domain/approval/edit.ts';
import type { Incident } from '../domain/incident/incident.ts';
import type { Occurrence } from '../domain/incident/routing.ts';
import type { Phases } from '../domain/policy/phase.ts';
import type { IncidentRequest } from '../domain/approval/request.ts';

/** A webhook request: the HTTP request with which a monitoring system sends alerts. */
export interface SentAlerts {
  /** Header names in lower case. */
  headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The bytes as they were received. */
  body: Uint8Array;
}

/**
 * The alerts of one webhook request. All alerts belong to one group, and to the cluster of the caller's bearer token.
 */
export interface ParsedAlerts {
  /** Key of the alert group, canonical JSON. The parser of each format builds this key. */
  group: string;
  /**
   * For Alertmanager: `groupKey` of the webhook. For CloudEvents: a constant. If one alert arrives with two different
   * values of `sourceGroupKey`, the inbox stores the alert twice.
   */
  sourceGroupKey: string;
  alerts: Alert[];
}

/**
 * Parses a webhook request in one alert format.
 * @param caller the cluster of the caller's bearer token, and the time at which the request arrived.
 * @throws AirlockError `bad-input`, `cluster-not-allowed`, `unsupported-media-type`. The message names the field.
 */
export type AlertParser = (caller: { cluster: string; at: Date }, sent: SentAlerts) => ParsedAlerts;

/** Stores alerts. The API acknowledges a webhook request (2xx) only after the alerts of the request are stored. */
export interface Inbox {
  /**
   * Stores the new alerts as one delivery. An alert is new if it is not in the inbox. When the promise resolves, all
   * alerts are on disk.
   * @returns the number of new alerts.
   * @throws AirlockError `inbox-unavailable` (retry), `inbox-rejected` (stop).
   */
  store(parsed: ParsedAlerts & { cluster: string; trace: string }): Promise<number>;
}

/** Identifies a group of alerts. At any time, at most one incident of the group is open. */
export type AlertGroup = Pick<Delivery, 'cluster' | 'group'>;

/** The queue of stored deliveries. The relay, a loop in `airlock serve`, sends these deliveries to workflows. */
export interface InboxQueue {
  /**
   * Returns deliveries that are neither relayed nor parked, oldest first. One call returns only a limited number. Parks
   * deliveries with a malformed stored alert, and leaves them out.
   * @param except groups whose deliveries are left out.
   */
  waiting(except?: readonly AlertGroup[]): Promise<Delivery[]>;
  /** Marks a delivery as relayed. From now on, `waiting` does not return this delivery. */
  markRelayed(delivery: Delivery): Promise<void>;
  /**
   * Parks a delivery: from now on, `waiting` does not return this delivery, and `airlock status` counts its alerts.
   * @param reason why the delivery cannot be sent. Only the beginning is stored.
   */
  park(delivery: Delivery, reason: string): Promise<void>;
  /**
   * Counts a failure of a delivery. The count is stored, so it continues after a restart. The third failure parks the
   * delivery.
   * @returns true if the delivery is now parked.
   */
  countFailure(delivery: Delivery, reason: string): Promise<boolean>;
  /** Returns when the delivery with this trace was stored (ISO 8601); undefined if there is no such delivery. */
  storedAt(trace: string): Promise<string | undefined>;
}

/** Where a delivery is sent. */
export interface Route {
  workflowId: string;
  /** The delivery. Each alert that is known to have ended has the status `resolved`. */
  delivery: Delivery;
  /**
   * If the workflow is not running, it is started with this occurrence. Absent if no alert of the delivery is firing:
   * no workflow is then started.
   */
  occurrence?: Occurrence;
}

/** How many alerts of a delivery an incident has accepted. */
export interface AcceptedAlerts {
  /** Trace id of the delivery. */
  trace: string;
  /** Number of accepted alerts. */
  alerts: number;
}

/**
 * Stores to which incident the alerts of each group belong, and which incident owns each Kubernetes object. Every
 * method can throw AirlockError `routing-unavailable` (retry) or `routing-rejected` (stop).
 */
export interface RoutingStates {
  /**
   * Decides to which workflow a delivery is sent. Opens or reopens an incident if an alert of the delivery is firing
   * and no open incident accepts the alerts of the group. A repeated call then finds the open incident.
   * @returns undefined if a closed incident has already accepted all alerts of the delivery.
   * @throws AirlockError `routing-busy` (retry) if another call opens an incident of the group at the same time.
   */
  route(delivery: Delivery): Promise<Route | undefined>;
  /** Returns false if the occurrence has closed or never existed. The workflow must then stop. */
  isOpen(workflowId: string, occurrence: Occurrence): Promise<boolean>;
  /**
   * Makes the incident of `occurrence` the owner of a Kubernetes object. If another open incident already owns the
   * object, the incident of `occurrence` is merged into that owner and closed. While the owner is open, later
   * deliveries of the merged incident's group are sent to the owner.
   * @param subject canonical JSON of the cluster and the object's reference.
   * @returns the owner into which the incident was merged; undefined without a merge.
   * @throws AirlockError `routing-busy` (retry) if another incident becomes the owner at the same time.
   */
  takeOwnership(workflowId: string, occurrence: Occurrence, subject: string): Promise<Incident | undefined>;
  /**
   * Closes an occurrence. If the occurrence has accepted all alerts of a delivery, this delivery cannot open an
   * incident later.
   * @param ended `flaps`: how often the alerts of the incident have fired again so far.
   */
  close(
    workflowId: string,
    occurrence: Occurrence,
    ended: { flaps: number; accepted: readonly AcceptedAlerts[] },
  ): Promise<void>;
}

/**
 * Sends the delivery of a route to the workflow of the route. The call can be repeated.
 * @throws an error of Temporal's client.
 */
export type IncidentSignaler = (route: Route) => Promise<void>;

/**
 * Reads the phases file. Each call reads the file again.
 * @throws AirlockError `bad-input`. The message names the file and the problem.
 */
export type PhasesReader = () => Promise<Phases>;

/** Sends decisions and edits to the workflows of incidents, and starts the workflows of requests. */
export interface IncidentWorkflows {
  /**
   * Sends a decision and waits for the answer. If the same decision is sent again, the answer is the same.
   * @throws AirlockError `no-open-dossier`, `decision-refused`, `workflow-refused`; `workflow-unavailable` (retry).
   */
  decide(workflowId: string, decision: Decision): Promise<DecisionAnswer>;
  /**
   * Sends an edit and waits for the answer. If the same edit is sent again, the answer is the same.
   * @throws AirlockError `no-open-dossier`, `edit-refused`, `workflow-refused`; `workflow-unavailable` (retry).
   */
  edit(workflowId: string, edit: Edit): Promise<EditAnswer>;
  /**
   * Starts the workflow of a request. Does nothing if the workflow was already started.
   * @throws AirlockError `workflow-unavailable` (retry).
   */
  open(request: IncidentRequest & { group: string; signIn: SignInTerms }): Promise<void>;
}

/**
 * Verifies the signature of a token with the public keys of the identity provider. Does not check the claims. Later,
 * the gateway checks the signature and the claims, and decides whether the token counts.
 * @returns the claims, or in `refused` the reason why the token is refused.
 * @throws AirlockError `issuer-unavailable` (retry).
 */
export type SignatureCheck = (token: string) => Promise<{ claims: unknown } | { refused: string }>;
