import type { Alert, Delivery } from '../domain/alert/alert.ts';
import type { Decision } from '../domain/approval/decision.ts';
import type { Asked } from '../domain/approval/dossier.ts';
import type { Edit } from '../domain/approval/edit.ts';
import type { Incident } from '../domain/incident/incident.ts';
import type { Opening } from '../domain/incident/routing.ts';
import type { Phases } from '../domain/policy/phase.ts';
import type { DecisionAnswer, EditAnswer, RequestOn } from '../domain/ports.ts';

/** One call of a monitoring system, parsed: alerts of one group, from the cluster that its token stands for. */
export interface Webhook {
  /** Canonical JSON of the receiver and the labels by which the source grouped. */
  group: string;
  /** The source's own key of the group, part of each alert's identity; may be long. */
  groupKey: string;
  alerts: Alert[];
}

/** One HTTP request of a monitoring system. */
export interface SentAlerts {
  /** Names in lower case. */
  headers: Readonly<Record<string, string | string[] | undefined>>;
  /** As it came. */
  body: Uint8Array;
}

/** Reads one format of alerts that came at that time. @throws AirlockError `bad-input` naming the field, `foreign-cluster`. */
export type WebhookParser = (from: { cluster: string; at: Date }, sent: SentAlerts) => Webhook;

/** Where alerts are kept from their 2xx on. */
export interface Inbox {
  /**
   * Stores those alerts that were never stored before, as one delivery; durable when it returns.
   * @returns how many were new. @throws AirlockError `inbox-unavailable` (retry).
   */
  store(request: Webhook & { cluster: string; trace: string }): Promise<number>;
}

/** Alerts that belong together: an incident at a time. */
export type AlertGroup = Pick<Delivery, 'cluster' | 'group'>;

/** The inbox as the relay sees it. */
export interface InboxQueue {
  /** The oldest deliveries that no workflow has been given yet, in order, without those of some groups. */
  waiting(except?: readonly AlertGroup[]): Promise<Delivery[]>;
  /** No longer waiting. @param refusal why no workflow will ever be given it, where that is so. */
  relayed(delivery: Delivery, refusal?: string): Promise<void>;
  /** When the delivery of that trace was stored; undefined where none was. */
  takenAt(trace: string): Promise<string | undefined>;
}

/** Where a delivery goes: to the workflow of that id, which is started where `opening` says so and none is open. */
export interface Route {
  workflow: string;
  /** Alerts that are over are marked as resolved in it. */
  delivery: Delivery;
  /** Left out where nothing in it fires: then nothing is started. */
  opening?: Opening;
}

/** How many alerts of a delivery an incident has taken. */
export interface TakenAlerts {
  trace: string;
  alerts: number;
}

/** Where each group of alerts stands. Everything is decided in the database, one group at a time. */
export interface Places {
  /** Decides where a delivery belongs; asked again, the same. @returns undefined where a closed incident dealt with it. */
  route(delivery: Delivery): Promise<Route | undefined>;
  /** False where that opening is over, or never was: whoever was started for it has to stop. */
  isOpen(workflow: string, opening: Opening): Promise<boolean>;
  /**
   * Makes a subject an open incident's own. @returns the incident that owns it already; the asking one is closed then,
   * and its group's deliveries go to the owner for as long as that is open.
   */
  claim(workflow: string, opening: Opening, subject: string): Promise<Incident | undefined>;
  /** The opening is over, having flapped so often; what it has taken opens nothing any more. */
  close(workflow: string, opening: Opening, ended: { flaps: number; taken: readonly TakenAlerts[] }): Promise<void>;
}

/** Hands a delivery to the workflow that it is for. @throws AirlockError or Temporal's error: try again. */
export type Courier = (route: Route) => Promise<void>;

/** The phases file, read anew at each question. @throws AirlockError `bad-input` naming file and field. */
export type PhasesReader = () => Promise<Phases>;

/** Talking to the workflows of incidents, by workflow id. */
export interface IncidentWorkflows {
  /**
   * Sends a decision and waits for its answer. The same decision sent again gets the same answer.
   * @throws AirlockError `no-open-dossier`, `decision-refused` (stop), `workflow-unavailable` (retry).
   */
  decide(workflow: string, decision: Decision): Promise<DecisionAnswer>;
  /**
   * Sends an edit and waits for its answer; the same again gets the same answer.
   * @throws AirlockError `no-open-dossier`, `edit-refused` (stop), `workflow-unavailable` (retry).
   */
  edit(workflow: string, edit: Edit): Promise<EditAnswer>;
  /** Opens the incident of a request, once, however often it is sent. @throws AirlockError `workflow-unavailable`. */
  open(request: RequestOn & { group: string; proofs: { issuer: string; maxSignInAge: number } }): Promise<void>;
}

/**
 * Whether a proof's signature is its issuer's, by public keys. It keeps out what nobody signed in for, before a workflow
 * hears of it; whether the proof counts is the gateway's to say.
 * @throws AirlockError `issuer-unavailable` (retry).
 */
export type SignatureCheck = (token: string) => Promise<{ claims: unknown } | { refused: string }>;

/** The incident's own workflow, as an activity knows it. */
export type OpenedIncident = {
  incident: Incident;
  opening?: Opening | undefined;
  alerts: Alert[];
  asked?: Asked | undefined;
  workflow: string;
};
