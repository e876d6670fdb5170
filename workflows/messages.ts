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

/**
 * Workflow type of an incident. All alerts of the incident arrive by `alertsSignal`. If alerts open the incident, their
 * delivery also starts the workflow (signal-with-start).
 */
export const remediationWorkflow = 'remediation';

/** Input of the workflow of an incident. */
export interface RemediationInput {
  incident: Incident;
  /** Decisions and edits count only if the sign-in of the person meets these conditions, such as issuer and age. */
  signIn: SignInTerms;
  /**
   * The period in which the alerts are open: the first one, or a later one if the alerts have fired again. Absent if no
   * alert opened the incident.
   */
  occurrence?: Occurrence;
  /** The schedule that opened the incident. Such an incident does not wait for an alert. */
  scheduled?: Scheduled;
  /** Late alerts of the workflow's previous run (continue-as-new), which belong to this occurrence. */
  carried?: Delivery[];
  /** The request that opened the incident, with the person's token. Such an incident does not wait for an alert. */
  request?: SubmittedRequest;
}

/** A schedule of the configuration. */
interface Scheduled {
  /** Id of the schedule. */
  id: string;
  /** The plan that each run requests. */
  requested: { kind: 'playbook'; playbook: string; parameters: Record<string, string | number> };
}

/** Type of the workflow that a schedule starts. */
export const scheduledWorkflow = 'scheduled';

/** Input of the workflow that a schedule starts. */
export interface ScheduledInput extends Scheduled {
  cluster: string;
  signIn: SignInTerms;
}

/**
 * Stages of an incident, in their order. After an edit they begin again at `observe`. The two stages of the undo run
 * only if the change failed or was not as predicted.
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
  /** The dossier that was offered last, unless an edit has invalidated it. */
  dossier?: { digest: Digest; expiresAt: string };
  /** Decisions that the gateway has admitted, on all dossiers of the incident. */
  decisions: AdmittedDecision[];
  outcome?: { outcome: IncidentOutcome; reason: string };
}

/** A delivery of alerts that the API acknowledged and routed to this incident. */
export const alertsSignal = defineSignal<[Delivery]>('alerts');
/** A decision of a person. A decision that the validator rejects leaves no event in the history. */
export const decideUpdate = defineUpdate<DecisionAnswer, [Decision]>('decide');
/**
 * The same decision as in `decideUpdate`, sent by a client that does not wait for an answer. A decision that does not
 * count is logged and ignored.
 */
export const decisionSignal = defineSignal<[Decision]>('decision');
/**
 * An edit of the dossier's parameters by a person. An edit that the validator rejects leaves no event in the history.
 */
export const editUpdate = defineUpdate<EditAnswer, [Edit]>('edit');
/** The state of the incident. */
export const statusQuery = defineQuery<Status>('status');
