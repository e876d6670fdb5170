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
   * Writes to the journal that the incident is open. If the occurrence has closed already, nothing is written and
   * `opened` is false: the workflow must then stop.
   */
  open(input: {
    incident: Incident;
    /** Absent for an incident that no alert opened. */
    occurrence?: Occurrence | undefined;
    alerts: Alert[];
    /** The request or schedule that opened the incident. Absent if alerts opened the incident. */
    requestCause?: RequestCause | undefined;
  }): Promise<{ opened: boolean }>;
  /**
   * Makes the incident the owner of the subject of `evidence`, so two open incidents never change one object. If
   * another open incident owns the subject already, that incident is `owner`, and the calling incident is merged into
   * `owner`.
   */
  takeOwnership(input: { incident: Incident; occurrence: Occurrence; evidence: Digest }): Promise<{ owner?: Incident }>;
  /**
   * Finds the plan that a closed incident executed, and the object that this plan changed. The input `of` is the id of
   * the closed incident.
   * @returns the plan and the object, or in `none` the reason why nothing can be undone.
   */
  executedPlan(input: {
    incident: Incident;
    of: string;
  }): Promise<{ plan: Digest; subject: ObjectRef } | { none: string }>;
  /**
   * Evaluates policy on a rehearsed plan. Makes the dossier for approvers, unless policy denies the plan or the trust
   * phase is shadow.
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
  /** Writes a reminder to the journal: from now on, this group too is asked to decide on the dossier. */
  remind(input: { incident: Incident; dossier: Digest; group: string; tier: Tier }): Promise<void>;
  /** Writes the outcome to the journal, and closes the occurrence if there is one. */
  close(input: ClosedIncident): Promise<void>;
  /**
   * Forwards alerts that arrived after their incident had closed. `occurrence` is set if the alerts open or reopen an
   * incident of the calling workflow's group. The workflow must then continue with this occurrence.
   */
  forwardLateAlerts(input: { incident: Incident; delivery: Delivery }): Promise<{ occurrence?: Occurrence }>;
}

/** The end of an incident: the outcome, and how many alerts of each delivery the incident accepted. */
export interface ClosedIncident {
  incident: Incident;
  /** Absent for an incident that no alert opened. */
  occurrence?: Occurrence | undefined;
  outcome: IncidentOutcome;
  /** One sentence. */
  reason: string;
  /** How often the alerts of the incident have fired again so far. */
  flaps: number;
  accepted: AcceptedAlerts[];
}
