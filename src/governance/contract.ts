import type { Alert, Delivery } from '../domain/alert/alert.ts';
import type { Digest } from '../lib/digest.ts';
import type { RequestCause } from '../domain/approval/dossier.ts';
import type { Incident, IncidentOutcome } from '../domain/incident/incident.ts';
import type { Occurrence } from '../domain/incident/routing.ts';
import type { ObjectRef } from '../domain/kubernetes/object.ts';
import type { Person } from '../domain/approval/decision-token.ts';
import type { Tier, Verdict } from '../domain/policy/verdict.ts';
import type { AcceptedAlerts } from './ports.ts';

/** Activities of the governance plane. Each can be retried without a second effect. */
export interface GovernanceActivities {
  /** Writes to the journal that the incident is open. False: the occurrence has closed, and the workflow must stop. */
  open(input: {
    incident: Incident;
    occurrence?: Occurrence | undefined;
    alerts: Alert[];
    /** The request or schedule that opened the incident; absent when alerts opened it. */
    requestCause?: RequestCause | undefined;
  }): Promise<{ opened: boolean }>;
  /** Makes the incident the owner of the observed object. `owner` is another open incident that owns it already. */
  takeOwnership(input: { incident: Incident; occurrence: Occurrence; evidence: Digest }): Promise<{ owner?: Incident }>;
  /** The executed plan of the closed incident `of`, and the object that it changed; `none` says why it cannot be undone. */
  executedPlan(input: {
    incident: Incident;
    of: string;
  }): Promise<{ plan: Digest; subject: ObjectRef } | { none: string }>;
  /** The verdict on a signed rehearsal; also the dossier for approvers unless policy denies or the phase is shadow. */
  judge(input: {
    incident: Incident;
    alerts: Alert[];
    requestCause?: RequestCause | undefined;
    /** People who requested or edited the plan, as the gateway identified them. */
    requesters: Person[];
    plan: Digest;
    report: Digest;
  }): Promise<{ verdict: Verdict; dossier?: { digest: Digest; expiresAt: string } }>;
  /** Writes to the journal that a dossier waits for this group from now on. */
  remind(input: { incident: Incident; dossier: Digest; group: string; tier: Tier }): Promise<void>;
  /** Writes the outcome to the journal and closes the occurrence. */
  close(input: ClosedIncident): Promise<void>;
  /** Forwards a late delivery to its incident. `occurrence`: it belongs to a new occurrence of the calling workflow. */
  forwardLateAlerts(input: { incident: Incident; delivery: Delivery }): Promise<{ occurrence?: Occurrence }>;
}

/** How an incident ended, and which alerts it had accepted. */
export interface ClosedIncident {
  incident: Incident;
  occurrence?: Occurrence | undefined;
  outcome: IncidentOutcome;
  reason: string;
  flaps: number;
  accepted: AcceptedAlerts[];
}
