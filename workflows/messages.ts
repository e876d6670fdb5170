import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { Delivery } from '../src/domain/alert/alert.ts';
import type { AdmittedDecision, Decision } from '../src/domain/approval/decision.ts';
import type { SignInTerms } from '../src/domain/approval/decision-token.ts';
import type { Digest } from '../src/lib/digest.ts';
import type { Edit } from '../src/domain/approval/edit.ts';
import type { Incident, IncidentOutcome } from '../src/domain/incident/incident.ts';
import type { Occurrence } from '../src/domain/incident/routing.ts';
import type { DecisionAnswer } from '../src/domain/approval/decision.ts';
import type { EditAnswer } from '../src/domain/approval/edit.ts';
import type { SubmittedRequest } from '../src/domain/approval/request.ts';

/** Type of the workflow for an incident that alerts or a person's request opened. */
export const remediationWorkflow = 'remediation';

/** Input of an incident's workflow. */
export interface RemediationInput {
  incident: Incident;
  /** The required issuer of decision tokens, and the longest time from a sign-in to the arrival of the token. */
  signIn: SignInTerms;
  /** The current period in which the incident is open. Absent if a request or a schedule opened the incident. */
  occurrence?: Occurrence;
  /** The schedule that opened the incident. Absent if alerts or a request opened the incident. */
  scheduled?: Schedule;
  /** Deliveries of alerts that the previous run of this workflow passed to this run (continue-as-new). */
  carried?: Delivery[];
  /** The person's request that opened the incident. Absent if alerts or a schedule opened the incident. */
  request?: SubmittedRequest;
}

/** A schedule of the configuration. */
interface Schedule {
  /** Id of the schedule. */
  id: string;
  /** What each run of the schedule requests: a plan of this playbook, with these parameters. */
  requested: { kind: 'playbook'; playbook: string; parameters: Record<string, string | number> };
}

/** Type of the workflow that each run of a schedule starts. The incident runs in this workflow. */
export const scheduledWorkflow = 'scheduled';

/** Input of the workflow that each run of a schedule starts. */
export interface ScheduledInput extends Schedule {
  cluster: string;
  /** The required issuer of decision tokens, and the longest time from a sign-in to the arrival of the token. */
  signIn: SignInTerms;
}

/**
 * The stages of an incident, in order. After an edit of the dossier, the stages begin again at `observe`. The stages
 * `undo` and `verify the undo` run only if a step failed or a prediction did not come true.
 */
export type Stage =
  | 'open'
  | 'observe'
  | 'plan'
  | 'rehearse'
  | 'judge'
  | 'decide'
  | 'prepare'
  | 'preflight'
  | 'execute'
  | 'verify'
  | 'undo'
  | 'verify the undo'
  | 'close';

/** Answer to the `status` Query. */
export interface Status {
  stage: Stage;
  /** The dossier that was offered last. Absent before the first offer, and from an edit until the next offer. */
  dossier?: { digest: Digest; expiresAt: string };
  /** All admitted decisions on dossiers of this incident. */
  decisions: AdmittedDecision[];
  /** Absent until the incident has closed. */
  outcome?: { outcome: IncidentOutcome; reason: string };
}

/** Alerts of one webhook call, routed to this incident. */
export const alertsSignal = defineSignal<[Delivery]>('alerts');
/** A person's decision. A decision that the validator rejects leaves no event in the history. */
export const decideUpdate = defineUpdate<DecisionAnswer, [Decision]>('decide');
/**
 * A person's decision, from a client that does not wait for an answer. If the decision does not count, the workflow
 * logs the reason.
 */
export const decisionSignal = defineSignal<[Decision]>('decision');
/** A person's edit of a plan's parameters. An edit that the validator rejects leaves no event in the history. */
export const editUpdate = defineUpdate<EditAnswer, [Edit]>('edit');
/** Stage, dossier, decisions and outcome of the incident. */
export const statusQuery = defineQuery<Status>('status');
