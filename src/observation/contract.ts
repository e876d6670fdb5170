import type { Alert } from '../domain/alert/alert.ts';
import type { Digest } from '../lib/digest.ts';
import type { Direction } from '../domain/execution/execution.ts';
import type { Incident } from '../domain/incident/incident.ts';
import type { ObjectRef } from '../domain/kubernetes/object.ts';
import type { Outcome } from '../domain/rehearsal/report.ts';

/** The activities of the observation plane, as workflows call them. */
export interface ObservationActivities {
  /**
   * Collects evidence of limited size about `subject`. If `subject` is undefined, the evidence is about the object that
   * the alerts name.
   * @returns `evidence`: the digest of the stored evidence. `none`: why there is no evidence, for example because the
   * object does not exist.
   */
  observe(input: {
    incident: Incident;
    alerts: Alert[];
    subject?: ObjectRef | undefined;
  }): Promise<{ evidence: Digest } | { none: string }>;
  /**
   * Takes a snapshot, rehearses the plan in a sandbox, signs the report and stores the signed report. For a preflight
   * (the rehearsal immediately before an execution), the caller passes the gateway's challenge and the execution id.
   * The signed report then contains both.
   * @returns `report`: the digest of the signed report. `outcome` and `reason`: as in the report.
   */
  rehearse(input: {
    incident: Incident;
    plan: Digest;
    preflight?: { challenge: string; execution: string };
  }): Promise<{ report: Digest; outcome: Outcome; reason: string }>;
  /**
   * Compares the target with the expected values until all values match, or until a time limit.
   * - Direction `do`, after the plan: the predictions of the report are expected, except those of grade `unknown`.
   * - Direction `undo`, after the undo: the state before the plan is expected.
   * @returns `verified`: true if nothing differs. `mismatches`: sentences about what differs; empty if nothing differs.
   */
  verify(input: {
    incident: Incident;
    plan: Digest;
    report: Digest;
    direction: Direction;
  }): Promise<{ verified: boolean; mismatches: string[] }>;
  /** Revokes the incident's read leases, the Vault leases that let `airlock observe` read the cluster. */
  closeLease(input: { incident: Incident }): Promise<void>;
}
