import type { Alert } from '../domain/alert/alert.ts';
import type { Digest } from '../lib/digest.ts';
import type { Direction } from '../domain/execution/execution.ts';
import type { Incident } from '../domain/incident/incident.ts';
import type { ObjectRef } from '../domain/kubernetes/object.ts';
import type { Outcome } from '../domain/rehearsal/report.ts';

/** What workflows may ask of observation. */
export interface ObservationActivities {
  /** Bounded evidence about `subject`, else what the alerts name. `none` says why there is nothing to look at. */
  observe(input: {
    incident: Incident;
    alerts: Alert[];
    subject?: ObjectRef | undefined;
  }): Promise<{ evidence: Digest } | { none: string }>;
  /** Snapshot, sandbox, signed report. At the door with the gateway's challenge and execution id. */
  rehearse(input: {
    incident: Incident;
    plan: Digest;
    door?: { challenge: string; execution: string };
  }): Promise<{ report: Digest; outcome: Outcome; reason: string }>;
  /** Compares the target with what the report predicts (do), or with the bases before the plan (undo). */
  verify(input: {
    incident: Incident;
    plan: Digest;
    report: Digest;
    direction: Direction;
  }): Promise<{ verified: boolean; mismatches: string[] }>;
  /** Revokes the incident's read lease. */
  closeLease(input: { incident: Incident }): Promise<void>;
}
