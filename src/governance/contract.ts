import type { Alert, Delivery } from '../domain/alert.ts';
import type { Digest } from '../domain/digest.ts';
import type { Incident, IncidentOutcome } from '../domain/incident.ts';
import type { Opening } from '../domain/place.ts';
import type { Tier, Verdict } from '../domain/verdict.ts';
import type { TakenAlerts } from './ports.ts';

/** What workflows may ask of governance. */
export interface GovernanceActivities {
  /** False where that opening of the incident is over already: nothing may be done for it. */
  open(input: { incident: Incident; opening?: Opening | undefined; alerts: Alert[] }): Promise<{ opened: boolean }>;
  /** Makes what was observed the incident's own subject; `owner` is the open incident that has it already. */
  claim(input: { incident: Incident; opening: Opening; evidence: Digest }): Promise<{ owner?: Incident }>;
  /** Verdict on a signed rehearsal, and, where policy does not deny, the dossier for approvers. */
  judge(input: {
    incident: Incident;
    alerts: Alert[];
    plan: Digest;
    report: Digest;
  }): Promise<{ verdict: Verdict; dossier?: { digest: Digest; expiresAt: string } }>;
  /** Lets a group know that a dossier waits for it. */
  remind(input: { incident: Incident; dossier: Digest; group: string; tier: Tier }): Promise<void>;
  close(input: ClosedIncident): Promise<void>;
  /** Hands on what was not this incident's. `opening` says that the asking workflow itself has to go on with it. */
  handOn(input: { incident: Incident; delivery: Delivery }): Promise<{ opening?: Opening }>;
}

/** How an incident ended, and what it has dealt with. */
export interface ClosedIncident {
  incident: Incident;
  opening?: Opening | undefined;
  outcome: IncidentOutcome;
  reason: string;
  flaps: number;
  taken: TakenAlerts[];
}
