import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { Delivery } from '../src/domain/alert/alert.ts';
import type { AdmittedDecision, Decision } from '../src/domain/approval/decision.ts';
import type { Digest } from '../src/lib/digest.ts';
import type { Edit } from '../src/domain/approval/edit.ts';
import type { Incident, IncidentOutcome } from '../src/domain/incident/incident.ts';
import type { Opening } from '../src/domain/incident/routing.ts';
import type { DecisionAnswer, EditAnswer } from '../src/domain/ports.ts';
import type { ProvenRequest } from '../src/domain/approval/request.ts';

/** Type of the workflow of an incident. All its alerts arrive by `alertsSignal`, the first by signal-with-start. */
export const remediationWorkflow = 'remediation';

export interface RemediationInput {
  incident: Incident;
  /** The only OIDC issuer whose tokens count, and the longest time between sign-in and decision in seconds. */
  proofs: { issuer: string; maxSignInAge: number };
  /** The occurrence of an incident that alerts opened: the first, or one after it fired again. */
  opening?: Opening;
  /** The schedule that opened the incident. It does not wait for an alert then. */
  scheduled?: Scheduled;
  /** Late alerts of this workflow's previous run, which belong to this occurrence. */
  carried?: Delivery[];
  /** The request of the person who opened the incident, with its token. It does not wait for an alert then. */
  request?: ProvenRequest;
}

/** A schedule of the configuration. */
export interface Scheduled {
  /** Id of the schedule. */
  id: string;
  wanted: { kind: 'playbook'; playbook: string; parameters: Record<string, string | number> };
}

/** Type of the workflow that a schedule starts. */
export const scheduledWorkflow = 'scheduled';

export interface ScheduledInput extends Scheduled {
  cluster: string;
  proofs: RemediationInput['proofs'];
}

/** Stages of an incident, in their order. `verify the undo` follows only a change that did not do what was predicted. */
export type Stage =
  | 'open'
  | 'observe'
  | 'plan'
  | 'rehearse'
  | 'judge'
  | 'decide'
  | 'prepare'
  | 'rehearse at the door'
  | 'execute'
  | 'verify'
  | 'undo'
  | 'verify the undo'
  | 'close';

/** Answer to the `status` Query. */
export interface Status {
  stage: Stage;
  /** The dossier that was offered last, unless an edit has invalidated it. */
  dossier?: { digest: Digest; expiresAt: string };
  /** Decisions that the gateway has admitted, on all dossiers of the incident. */
  decisions: AdmittedDecision[];
  outcome?: { outcome: IncidentOutcome; reason: string };
}

/** A delivery of alerts that the API acknowledged and routed to this incident. */
export const alertsSignal = defineSignal<[Delivery]>('alerts');
/** A decision of a person. The validator rejects malformed ones and other dossiers without an event in the history. */
export const decideUpdate = defineUpdate<DecisionAnswer, [Decision]>('decide');
/**
 * The same decision with the same token, for clients that do not wait for an answer. Decisions that do not count are
 * logged and ignored.
 */
export const decisionSignal = defineSignal<[Decision]>('decision');
/** An edit by a person. The validator rejects malformed ones and other dossiers without an event in the history. */
export const editUpdate = defineUpdate<EditAnswer, [Edit]>('edit');
export const statusQuery = defineQuery<Status>('status');
