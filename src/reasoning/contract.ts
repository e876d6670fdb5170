import type { Alert } from '../domain/alert/alert.ts';
import type { Digest } from '../lib/digest.ts';
import type { Cause } from '../domain/approval/dossier.ts';
import type { Incident } from '../domain/incident/incident.ts';
import type { GivenParameters } from '../domain/approval/request.ts';

/** What somebody wants planned: one playbook with parameters of theirs, or that an executed plan is taken back. */
export type WantedPlan = { playbook: string; parameters: GivenParameters } | { undo: Digest; of: string };

/** What workflows may ask of reasoning. */
export interface ReasoningActivities {
  /**
   * Chooses a playbook by cause and evidence and makes its plan; every playbook considered is journalled with why. What
   * is wanted is considered alone.
   */
  plan(input: {
    incident: Incident;
    cause: Cause['kind'];
    alerts: Alert[];
    evidence: Digest;
    wanted?: WantedPlan | undefined;
  }): Promise<{ plan: Digest; playbook: string; summary: string } | { none: string }>;
}
