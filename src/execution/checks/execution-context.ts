import type { Digest } from '../../lib/digest.ts';
import type { Dossier } from '../../domain/approval/dossier.ts';
import type { Direction } from '../../domain/execution/execution.ts';
import type { Incident } from '../../domain/incident/incident.ts';
import type { SignedReport } from '../../domain/rehearsal/report.ts';

/** One requested execution and the data that the gateway read for it. All of it is untrusted until checked. */
export interface ExecutionContext {
  incident: Incident;
  /** Digest of the dossier. */
  digest: Digest;
  dossier: Dossier;
  direction: Direction;
  /** Now, by the gateway's clock. */
  now: Date;
  /** The report of the preflight rehearsal; absent in `prepare` and for an undo. */
  preflight?: SignedReport | undefined;
  /**
   * When the dossier's execution, of which an undo may follow, started; ISO 8601. Absent when it has written nothing.
   * Expiry is judged at that moment, and later decisions do not prevent an undo.
   */
  startedAt?: string | undefined;
  /** Seconds between the end of an execution and its undo: see `executedFor`. */
  executedSeconds?: number | undefined;
}
