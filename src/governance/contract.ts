import type { Alert, Delivery } from '../domain/alert/alert.ts';
import type { Digest } from '../lib/digest.ts';
import type { Asked } from '../domain/approval/dossier.ts';
import type { Incident, IncidentOutcome } from '../domain/incident/incident.ts';
import type { Opening } from '../domain/incident/routing.ts';
import type { ObjectRef } from '../domain/kubernetes/object.ts';
import type { Person } from '../domain/approval/decision-token.ts';
import type { Tier, Verdict } from '../domain/policy/verdict.ts';
import type { TakenAlerts } from './ports.ts';

/** What workflows may ask of governance. */
export interface GovernanceActivities {
  /** False where that opening of the incident is over already: nothing may be done for it. */
  open(input: {
    incident: Incident;
    opening?: Opening | undefined;
    alerts: Alert[];
    /** Why it exists, where no alert opened it. */
    asked?: Asked | undefined;
  }): Promise<{ opened: boolean }>;
  /** Makes what was observed the incident's own subject; `owner` is the open incident that has it already. */
  claim(input: { incident: Incident; opening: Opening; evidence: Digest }): Promise<{ owner?: Incident }>;
  /** The executed plan of a closed incident, and the object that it changed; `none` says why there is none to undo. */
  executedPlan(input: {
    incident: Incident;
    of: string;
  }): Promise<{ plan: Digest; subject: ObjectRef } | { none: string }>;
  /** Verdict on a signed rehearsal, and, where policy does not deny, the dossier for approvers. */
  judge(input: {
    incident: Incident;
    alerts: Alert[];
    asked?: Asked | undefined;
    /** By the gateway's word: who asked, and who edited. */
    requesters: Person[];
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
