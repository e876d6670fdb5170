import type { Alert } from '../domain/alert/alert.ts';
import type { Digest } from '../lib/digest.ts';
import type { Cause } from '../domain/approval/dossier.ts';
import type { Incident } from '../domain/incident/incident.ts';
import type { GivenParameters } from '../domain/approval/request.ts';

/**
 * A plan that a person, a schedule or an edit requests: one playbook with parameters, or the undo of an executed plan.
 * `undo` is the digest of the executed plan, and `of` is the id of the incident that executed this plan.
 */
export type RequestedPlan = { playbook: string; parameters: GivenParameters } | { undo: Digest; of: string };

/** The activities of the reasoning plane, as workflows call them. */
export interface ReasoningActivities {
  /**
   * Selects a playbook by cause and evidence, and makes its plan. The journal records each evaluated playbook and why
   * it was or was not chosen. If `requested` names a playbook, only that one is evaluated.
   * @returns the plan's digest, or in `none` the reason why no plan can be made.
   */
  plan(input: {
    incident: Incident;
    cause: Cause['kind'];
    alerts: Alert[];
    evidence: Digest;
    requested?: RequestedPlan | undefined;
  }): Promise<{ plan: Digest; playbook: string; summary: string } | { none: string }>;
}
