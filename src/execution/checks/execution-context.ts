import type { Digest } from '../../lib/digest.ts';
import type { Dossier } from '../../domain/approval/dossier.ts';
import type { Direction } from '../../domain/execution/execution.ts';
import type { Incident } from '../../domain/incident/incident.ts';
import type { SignedReport } from '../../domain/rehearsal/report.ts';

/** One requested execution and the data that the gateway read for it. All of this is untrusted until it is checked. */
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
   * ISO 8601. For direction `do`: start of the first attempt; absent until an attempt has written something. For
   * direction `undo`: start of the execution that is undone. The checks use this time instead of `now` to see whether
   * the dossier had expired. An undo ignores decisions that were admitted later.
   */
  startedAt?: string | undefined;
  /** For direction `undo`: seconds between the end of the execution and its undo (see `undoDelayOf`). */
  undoDelaySeconds?: number | undefined;
}
