import type { Alert } from '../domain/alert/alert.ts';
import type { Digest } from '../lib/digest.ts';
import type { Direction } from '../domain/execution/execution.ts';
import type { Incident } from '../domain/incident/incident.ts';
import type { ObjectRef } from '../domain/kubernetes/object.ts';
import type { Outcome } from '../domain/rehearsal/report.ts';

/** The activities of the observation plane, as workflows call them. */
export interface ObservationActivities {
  /**
   * Collects evidence, of limited size, about `subject` or else the object that the alerts name.
   * @returns `none` with the reason when there is no such object.
   */
  observe(input: {
    incident: Incident;
    alerts: Alert[];
    subject?: ObjectRef | undefined;
  }): Promise<{ evidence: Digest } | { none: string }>;
  /** Takes a snapshot, rehearses the plan in a sandbox and signs the report. A preflight has the gateway's challenge. */
  rehearse(input: {
    incident: Incident;
    plan: Digest;
    preflight?: { challenge: string; execution: string };
  }): Promise<{ report: Digest; outcome: Outcome; reason: string }>;
  /** Compares the target with the report's predictions (do) or with the preconditions of the plan (undo). */
  verify(input: {
    incident: Incident;
    plan: Digest;
    report: Digest;
    direction: Direction;
  }): Promise<{ verified: boolean; mismatches: string[] }>;
  /** Revokes the incident's read lease. */
  closeLease(input: { incident: Incident }): Promise<void>;
}
