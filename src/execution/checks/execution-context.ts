import type { Digest } from '../../lib/digest.ts';
import type { Dossier } from '../../domain/approval/dossier.ts';
import type { Direction } from '../../domain/execution/execution.ts';
import type { Incident } from '../../domain/incident/incident.ts';
import type { SignedReport } from '../../domain/rehearsal/report.ts';

/** One requested execution and what the gateway read for it. Incident and dossier are untrusted until checked. */
export interface ExecutionContext {
  incident: Incident;
  /** Digest of the dossier. */
  digest: Digest;
  dossier: Dossier;
  direction: Direction;
  /** The current time, by the gateway's clock. */
  now: Date;
  /** The report of the preflight rehearsal; absent in `prepare` and for an undo. */
  preflight?: SignedReport | undefined;
  /**
   * ISO 8601. For direction `do`: start of the first attempt; absent while no step has a receipt. If this time is
   * present, the checks of expiry and age use it instead of `now`. For direction `undo`: start of the execution that is
   * undone. The undo ignores decisions that were admitted after this time.
   */
  startedAt?: string | undefined;
  /** For direction `undo`: seconds between the end of the execution and its undo (see `undoDelayOf`). */
  undoDelaySeconds?: number | undefined;
}
