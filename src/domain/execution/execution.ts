import type { Digest } from '../../lib/digest.ts';

/** Whether an execution runs the steps of the plan (`do`) or the steps that undo them (`undo`). */
export type Direction = 'do' | 'undo';

/**
 * What the execution ledger says about one step. The ledger is the gateway's PostgreSQL table of steps. The gateway
 * records each step there before the write to the target, and again after the write.
 */
export interface Receipt {
  step: string;
  /**
   * `applied`: the step was written exactly once. `intended`: the step was recorded, but the write is not confirmed; it
   * may have happened.
   */
  state: 'intended' | 'applied';
  /** The resourceVersion that the object must have for the write to succeed. */
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
 * The answer of `prepare`, the gateway's first activity of an execution. If a check fails, the answer has the reasons.
 * If all checks pass, the answer has a challenge, which is a random value. The next step is the preflight (the
 * rehearsal immediately before execution), whose report must contain the challenge. An older report therefore cannot be
 * used.
 */
export type Prepared =
  | { ready: true; execution: string; challenge: string; dossier: Digest }
  | { ready: false; execution: string; reasons: string[] };
