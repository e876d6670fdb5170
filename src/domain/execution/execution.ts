import type { Digest } from '../../lib/digest.ts';

/** Whether an execution runs the steps of the plan (`do`) or the steps that undo them (`undo`). */
export type Direction = 'do' | 'undo';

/**
 * The effect of one step, from the execution ledger: the PostgreSQL table in which the gateway records a step before and
 * after it writes to the target cluster.
 */
export interface Receipt {
  step: string;
  /**
   * `applied`: the step was written exactly once. `intended`: the step was recorded before the write and may have been
   * written.
   */
  state: 'intended' | 'applied';
  /** resourceVersion that was the precondition of the write. */
  resourceVersion: string;
  /** ISO 8601. */
  at: string;
}

/** The result of an execution. */
export type ExecutionResult =
  | { outcome: 'executed'; execution: string; receipts: Receipt[] }
  /** Nothing was written. The reasons say which checks no longer pass. */
  | { outcome: 'invalidated'; execution: string; reasons: string[] }
  /** A step failed. The receipts list the steps before it. */
  | { outcome: 'failed'; execution: string; receipts: Receipt[]; reason: string };

/**
 * The answer of `prepare`, the gateway's first activity of an execution. If the checks pass, the answer has a challenge:
 * a value that the report of the preflight rehearsal (the rehearsal immediately before execution) must repeat, so that an
 * older report cannot be used. If a check does not pass, the answer has the reasons.
 */
export type Prepared =
  | { ready: true; execution: string; challenge: string; dossier: Digest }
  | { ready: false; execution: string; reasons: string[] };
