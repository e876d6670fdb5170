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
   * @returns the digest of the evidence, or in `none` the reason why there is no evidence: for example, the object does
   * not exist.
   */
  observe(input: {
    incident: Incident;
    alerts: Alert[];
    subject?: ObjectRef | undefined;
  }): Promise<{ evidence: Digest } | { none: string }>;
  /**
   * Takes a snapshot, rehearses the plan in a sandbox and signs the report. `preflight` is set for the rehearsal
   * immediately before an execution. The signed report then contains the gateway's challenge and the execution id.
   */
  rehearse(input: {
    incident: Incident;
    plan: Digest;
    preflight?: { challenge: string; execution: string };
  }): Promise<{ report: Digest; outcome: Outcome; reason: string }>;
  /**
   * Compares the target cluster with the expected values. After the plan (direction `do`), the expected values are the
   * predictions of the report. After the undo (direction `undo`), they are the preconditions of the plan.
   */
  verify(input: {
    incident: Incident;
    plan: Digest;
    report: Digest;
    direction: Direction;
  }): Promise<{ verified: boolean; mismatches: string[] }>;
  /** Revokes the incident's read lease (the Vault lease with which the observer reads the cluster). */
  closeLease(input: { incident: Incident }): Promise<void>;
}
