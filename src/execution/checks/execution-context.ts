import type { Admission } from '../../domain/approval/admission.ts';
import type { Digest } from '../../lib/digest.ts';
import type { Dossier } from '../../domain/approval/dossier.ts';
import type { Direction } from '../../domain/execution/execution.ts';
import type { Incident } from '../../domain/incident/incident.ts';
import type { SignedReport } from '../../domain/rehearsal/report.ts';
import type { UndoDelay } from './undoable.ts';

/** The input of the checks before an execution. `incident` and `dossier` are untrusted until all checks have passed. */
export interface ExecutionContext {
  incident: Incident;
  /** Digest of the dossier. */
  digest: Digest;
  dossier: Dossier;
  direction: Direction;
  /** The current time, by the gateway's clock. */
  now: Date;
  /** The report of the preflight, as `admitPreflight` returned it. Absent in `prepare` and for direction `undo`. */
  preflight?: SignedReport | undefined;
  /**
   * ISO 8601, by the gateway's clock.
   * - For direction `do`: the start of the execution's first attempt. `notExpired` and `withinTimeLimits` use this time
   *   instead of `now`. Absent if no step has a receipt.
   * - For direction `undo`: the start of the execution to undo. `approvedAtStart` ignores decisions, requests and edits
   *   that were admitted after this time.
   */
  startedAt?: string | undefined;
  /** For direction `undo`: the time from the end of the execution to the start of the undo. */
  undoDelay?: UndoDelay | undefined;
}

/** What `recheck` gives to each check. */
export interface CheckContext extends ExecutionContext {
  /** All verified admissions of the dossier's incident. */
  admissions: readonly Admission[];
}
