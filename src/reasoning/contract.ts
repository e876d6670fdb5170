import type { Alert } from '../domain/alert/alert.ts';
import type { Digest } from '../lib/digest.ts';
import type { Cause } from '../domain/approval/dossier.ts';
import type { Incident } from '../domain/incident/incident.ts';
import type { GivenParameters } from '../domain/approval/request.ts';

/**
 * What a request, a schedule or an edit asks for: a plan of one playbook with these parameters, or the undo of an
 * executed plan. Only a request can ask for an undo. `undo`: the digest of the executed plan. `of`: the id of the
 * incident in which the gateway executed that plan.
 */
export type RequestedPlan = { playbook: string; parameters: GivenParameters } | { undo: Digest; of: string };

/** The activities of the reasoning plane, as workflows call them. */
export interface ReasoningActivities {
  /**
   * Makes a plan, stores the plan and records the plan in the journal.
   * - Without `requested`: evaluates all playbooks, in order of file names. The plan is that of the first playbook that
   *   fits the cause and the evidence.
   * - If `requested` names a playbook: evaluates only this playbook.
   * - If `requested` is an undo: evaluates no playbook. The new plan consists of the executed plan's undo steps.
   *
   * For each evaluated playbook, a journal record says why this playbook was chosen or not.
   * @returns the plan's digest, playbook name and summary. If there is no plan, `none` is the reason.
   */
  plan(input: {
    incident: Incident;
    cause: Cause['kind'];
    /** Empty if the cause is not `alert`. */
    alerts: Alert[];
    /** The digest of the stored evidence. */
    evidence: Digest;
    requested?: RequestedPlan | undefined;
  }): Promise<{ plan: Digest; playbook: string; summary: string } | { none: string }>;
}
