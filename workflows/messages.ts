import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { Delivery } from '../src/domain/alert.ts';
import type { AdmittedDecision, Decision } from '../src/domain/decision.ts';
import type { Digest } from '../src/domain/digest.ts';
import type { Edit } from '../src/domain/edit.ts';
import type { Incident, IncidentOutcome } from '../src/domain/incident.ts';
import type { Opening } from '../src/domain/place.ts';
import type { DecisionAnswer, EditAnswer } from '../src/domain/ports.ts';
import type { ProvenRequest } from '../src/domain/request.ts';

/** Name and input of the one workflow; alerts arrive by `alertsSignal`, also the first (signal-with-start). */
export const remediationWorkflow = 'remediation';

export interface RemediationInput {
  incident: Incident;
  /** OIDC issuer whose proofs count, and the longest time between sign-in and decision, seconds. */
  proofs: { issuer: string; maxSignInAge: number };
  /** Of an incident of alerts: which of the times it is that it is open. */
  opening?: Opening;
  /** What a schedule wants; no alert is awaited then. */
  scheduled?: Scheduled;
  /** Alerts that reached the group's workflow when what it was about was closing, or closed. */
  carried?: Delivery[];
  /** What a person asked for, with its proof; no alert is awaited then. */
  request?: ProvenRequest;
}

/** What a schedule of the configuration wants, each time. */
export interface Scheduled {
  /** Its id. */
  id: string;
  wanted: { kind: 'playbook'; playbook: string; parameters: Record<string, string | number> };
}

/** Name and input of the workflow that a schedule starts. */
export const scheduledWorkflow = 'scheduled';

export interface ScheduledInput extends Scheduled {
  cluster: string;
  proofs: RemediationInput['proofs'];
}

/** Where an incident stands. */
export interface Status {
  stage: string;
  dossier?: { digest: Digest; expiresAt: string };
  decisions: AdmittedDecision[];
  outcome?: { outcome: IncidentOutcome; reason: string };
}

export const alertsSignal = defineSignal<[Delivery]>('alerts');
/** Its validator refuses what is visibly no decision on the open dossier: a refusal leaves no history. */
export const decideUpdate = defineUpdate<DecisionAnswer, [Decision]>('decide');
/**
 * The same decision with the same proof, by whoever can write to Temporal: nobody waits for its answer. What does not fit
 * is left out with a line in the log.
 */
export const decisionSignal = defineSignal<[Decision]>('decision');
/** Its validator refuses what is visibly no edit of the open dossier: a refusal leaves no history. */
export const editUpdate = defineUpdate<EditAnswer, [Edit]>('edit');
export const statusQuery = defineQuery<Status>('status');
