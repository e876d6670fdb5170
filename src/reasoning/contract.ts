import type { Alert } from '../domain/alert.ts';
import type { Digest } from '../domain/digest.ts';
import type { Incident } from '../domain/incident.ts';

/** What workflows may ask of reasoning. */
export interface ReasoningActivities {
  /** Chooses a playbook by labels and evidence and makes its plan; every playbook considered is journalled with why. */
  plan(input: {
    incident: Incident;
    alerts: Alert[];
    evidence: Digest;
  }): Promise<{ plan: Digest; playbook: string; summary: string } | { none: string }>;
}
