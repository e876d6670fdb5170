import type { Alert, Delivery } from '../domain/alert/alert.ts';
import type { Digest } from '../lib/digest.ts';
import type { RequestCause } from '../domain/approval/dossier.ts';
import type { Incident, IncidentOutcome } from '../domain/incident/incident.ts';
import type { Occurrence } from '../domain/incident/routing.ts';
import type { ObjectRef } from '../domain/kubernetes/object.ts';
import type { Person } from '../domain/approval/decision-token.ts';
import type { Tier, Verdict } from '../domain/policy/verdict.ts';
import type { AcceptedAlerts } from './ports.ts';

/** The activities of the governance plane, as workflows call them. A retry of an activity has no further effect. */
export interface GovernanceActivities {
  /**
   * Writes to the journal that the incident is open.
   * @returns `opened: false`, and writes nothing, if the occurrence has closed already. The workflow must then stop.
   */
  open(input: {
    incident: Incident;
    /** Absent if a person's request or a schedule opened the incident. */
    occurrence?: Occurrence | undefined;
    /** Empty if a person's request or a schedule opened the incident. */
    alerts: Alert[];
    /** The request or schedule that opened the incident. Absent if alerts opened the incident. */
    requestCause?: RequestCause | undefined;
  }): Promise<{ opened: boolean }>;
  /**
   * Makes the incident the owner of its subject: the object that `evidence` is about. If another open incident owns
   * this subject already, the calling incident is merged into that owner.
   * @returns `owner`: the incident into which the calling incident was merged; absent without a merge.
   */
  takeOwnership(input: { incident: Incident; occurrence: Occurrence; evidence: Digest }): Promise<{ owner?: Incident }>;
  /**
   * Finds the plan that a closed incident executed. A person has requested the undo of this plan.
   * @returns the plan and the object that the undo changes first, or in `none` the reason why nothing can be undone.
   */
  executedPlan(input: {
    /** The incident that the request opened. */
    incident: Incident;
    /** Id of the closed incident. */
    of: string;
  }): Promise<{ plan: Digest; subject: ObjectRef } | { none: string }>;
  /**
   * Evaluates policy on a rehearsed plan, then makes the dossier. There is no dossier if policy denies the plan, or if
   * the trust phase is `shadow`.
   */
  judge(input: {
    incident: Incident;
    alerts: Alert[];
    requestCause?: RequestCause | undefined;
    /** The people who requested the incident or edited a dossier of the incident. */
    requesters: Person[];
    plan: Digest;
    report: Digest;
  }): Promise<{ verdict: Verdict; dossier?: { digest: Digest; createdAt: string; expiresAt: string } }>;
  /** Writes to the journal that from now on this group, too, is asked to decide on the dossier. */
  remind(input: { incident: Incident; dossier: Digest; group: string; tier: Tier }): Promise<void>;
  /** Writes the outcome to the journal, and closes the occurrence if there is one. */
  close(input: ClosedIncident): Promise<void>;
  /**
   * Routes a delivery again that arrived after its incident had closed. If the delivery now belongs to the incident of
   * another workflow, sends the delivery to that workflow.
   * @returns `occurrence` if the delivery opens or reopens an incident of the calling workflow. The calling workflow
   * must then continue with this occurrence.
   */
  forwardLateAlerts(input: { incident: Incident; delivery: Delivery }): Promise<{ occurrence?: Occurrence }>;
}

/** How an incident ended. Input of `close`. */
export interface ClosedIncident {
  incident: Incident;
  /** Absent if a person's request or a schedule opened the incident. */
  occurrence?: Occurrence | undefined;
  outcome: IncidentOutcome;
  /** One sentence: why the incident has this outcome. */
  reason: string;
  /** How often the alerts of the incident have fired again so far. */
  flaps: number;
  /** For each delivery: how many of its alerts the incident accepted. */
  accepted: AcceptedAlerts[];
}
