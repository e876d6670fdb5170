import type { Alert } from '../domain/alert/alert.ts';
import type { Digest } from '../lib/digest.ts';
import type { Cause } from '../domain/approval/dossier.ts';
import type { Incident } from '../domain/incident/incident.ts';
import type { GivenParameters } from '../domain/approval/request.ts';

/**
 * What a person, a schedule or an edit requests: one playbook with parameters, or the undo of an executed plan. `undo`
 * is the digest of the executed plan. `of` is the id of the incident in which that plan was executed.
 */
export type RequestedPlan = { playbook: string; parameters: GivenParameters } | { undo: Digest; of: string };

/** The activities of the reasoning plane, as workflows call them. */
export interface ReasoningActivities {
  /**
   * Chooses the first playbook that fits the cause and the evidence. Makes and stores the playbook's plan. The journal
   * gets one record for each evaluated playbook, with the reason why this playbook was chosen or not. If `requested`
   * names a playbook, only this playbook is evaluated. If `requested` is an undo, no playbook is evaluated.
   * @returns the digest of the plan, or in `none` the reason why there is no plan.
   */
  plan(input: {
    incident: Incident;
    cause: Cause['kind'];
    alerts: Alert[];
    evidence: Digest;
    requested?: RequestedPlan | undefined;
  }): Promise<{ plan: Digest; playbook: string; summary: string } | { none: string }>;
}
