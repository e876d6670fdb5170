import type { Alert } from '../domain/alert.ts';
import type { Digest } from '../domain/digest.ts';
import type { Incident, IncidentOutcome } from '../domain/incident.ts';
import type { Tier, Verdict } from '../domain/verdict.ts';

/** What workflows may ask of governance. */
export interface GovernanceActivities {
  open(input: { incident: Incident; alerts: Alert[] }): Promise<void>;
  /** Verdict on a signed rehearsal, and, where policy does not deny, the dossier for approvers. */
  judge(input: {
    incident: Incident;
    alerts: Alert[];
    plan: Digest;
    report: Digest;
  }): Promise<{ verdict: Verdict; dossier?: { digest: Digest; expiresAt: string } }>;
  /** Lets a group know that a dossier waits for it. */
  remind(input: { incident: Incident; dossier: Digest; group: string; tier: Tier }): Promise<void>;
  close(input: { incident: Incident; outcome: IncidentOutcome; reason: string }): Promise<void>;
}
