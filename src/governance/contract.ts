import type { Alert, Delivery } from '../domain/alert/alert.ts';
import type { Digest } from '../lib/digest.ts';
import type { RequestCause } from '../domain/approval/dossier.ts';
import type { Incident, IncidentOutcome } from '../domain/incident/incident.ts';
import type { Occurrence } from '../domain/incident/routing.ts';
import type { ObjectRef } from '../domain/kubernetes/object.ts';
import type { Person } from '../domain/approval/decision-token.ts';
import type { Tier, Verdict } from '../domain/policy/verdict.ts';
import type { AcceptedAlerts } from './ports.ts';

/** The activities of the governance plane, as workflows call them. A retry of an activity has no second effect. */
export interface GovernanceActivities {
  /**
   * Writes to the journal that the incident is open. `opened` is false if the occurrence has closed already: the
   * workflow must stop then.
   */
  open(input: {
    incident: Incident;
    /** Absent for an incident that no alert opened. */
    occurrence?: Occurrence | undefined;
    alerts: Alert[];
    /** The request or schedule that opened the incident; absent when alerts opened it. */
    requestCause?: RequestCause | undefined;
  }): Promise<{ opened: boolean }>;
  /**
   * Makes the incident the owner of the observed object, so that no two open incidents change one object. `owner` is
   * set if another open incident owns the object already: this incident is merged into that one.
   */
  takeOwnership(input: { incident: Incident; occurrence: Occurrence; evidence: Digest }): Promise<{ owner?: Incident }>;
  /**
   * Finds the plan that the closed incident `of` executed, and the object that this plan changed.
   * @returns in `none` the reason if the plan cannot be undone.
   */
  executedPlan(input: {
    incident: Incident;
    of: string;
  }): Promise<{ plan: Digest; subject: ObjectRef } | { none: string }>;
  /**
   * Evaluates policy on a rehearsed plan. Makes the dossier for approvers, unless policy denies or the phase is shadow.
   */
  judge(input: {
    incident: Incident;
    alerts: Alert[];
    requestCause?: RequestCause | undefined;
    /** People who requested or edited the plan, as the gateway identified them. */
    requesters: Person[];
    plan: Digest;
    report: Digest;
  }): Promise<{ verdict: Verdict; dossier?: { digest: Digest; expiresAt: string } }>;
  /** Writes to the journal that a dossier waits for the decision of this group from now on. */
  remind(input: { incident: Incident; dossier: Digest; group: string; tier: Tier }): Promise<void>;
  /** Writes the outcome to the journal and closes the occurrence. */
  close(input: ClosedIncident): Promise<void>;
  /**
   * Forwards alerts that arrived after their incident had closed. `occurrence` is set if they open a new occurrence of
   * the calling workflow: that workflow must continue with it.
   */
  forwardLateAlerts(input: { incident: Incident; delivery: Delivery }): Promise<{ occurrence?: Occurrence }>;
}

/** An incident that ends: its outcome, and the alerts that it has accepted. */
export interface ClosedIncident {
  incident: Incident;
  /** Absent for an incident that no alert opened. */
  occurrence?: Occurrence | undefined;
  outcome: IncidentOutcome;
  /** One sentence. */
  reason: string;
  /** How often the incident has fired again so far. */
  flaps: number;
  accepted: AcceptedAlerts[];
}
