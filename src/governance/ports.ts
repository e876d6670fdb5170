import type { Alert, Delivery } from '../domain/alert.ts';
import type { Decision } from '../domain/decision.ts';
import type { Incident } from '../domain/incident.ts';
import type { Phases } from '../domain/phase.ts';
import type { DecisionAnswer } from '../domain/ports.ts';

/** One call of a monitoring system, parsed: alerts of one group, from the cluster that its token stands for. */
export interface Webhook {
  /** Canonical JSON of the receiver and the labels by which the source grouped. */
  group: string;
  /** The source's own key of the group, part of each alert's identity; may be long. */
  groupKey: string;
  alerts: Alert[];
}

/** Reads a webhook's body. @throws AirlockError `bad-input` naming the field, `foreign-cluster`. */
export type WebhookParser = (cluster: string, body: Uint8Array) => Webhook;

/** Where alerts are kept from their 2xx on. */
export interface Inbox {
  /**
   * Stores those alerts that were never stored before, as one delivery; durable when it returns.
   * @returns how many were new. @throws AirlockError `inbox-unavailable` (retry).
   */
  store(request: Webhook & { cluster: string; trace: string }): Promise<number>;
}

/** The inbox as the relay sees it. */
export interface InboxQueue {
  /** The oldest deliveries that no workflow has been given yet, in order. */
  waiting(): Promise<Delivery[]>;
  relayed(delivery: Delivery): Promise<void>;
}

/** The phases file, read anew at each question. @throws AirlockError `bad-input` naming file and field. */
export type PhasesReader = () => Promise<Phases>;

/** Talking to the workflows of incidents, by workflow id. */
export interface IncidentWorkflows {
  /**
   * Sends a decision and waits for its answer. The same decision sent again gets the same answer.
   * @throws AirlockError `no-open-dossier`, `decision-refused` (stop), `workflow-unavailable` (retry).
   */
  decide(workflow: string, decision: Decision): Promise<DecisionAnswer>;
}

/** The incident's own workflow, as an activity knows it. */
export type OpenedIncident = { incident: Incident; alerts: Alert[]; workflow: string };
