import type { Digest } from '../../lib/digest.ts';

/** Whether an execution runs the steps of the plan (`do`) or the steps that undo them (`undo`). */
export type Direction = 'do' | 'undo';

/**
 * What the ledger says about one step. The ledger is the gateway's record of executions in PostgreSQL. The gateway
 * records each step there before it changes the target, and again after the change.
 */
export interface Receipt {
  step: string;
  /**
   * `intended`: the change may have happened, but the gateway has not recorded a confirmation. `applied`: the change
   * happened exactly once.
   */
  state: 'intended' | 'applied';
  /** The object's resourceVersion: before the change (`intended`) or after it (`applied`). */
  resourceVersion: string;
  /** When the step got this state, ISO 8601. */
  at: string;
}

/** The result of an execution. Each variant has the id of the execution. */
export type ExecutionResult =
  | { outcome: 'executed'; execution: string; receipts: Receipt[] }
  /** Nothing was changed. The reasons say which checks failed or why no step could run. */
  | { outcome: 'invalidated'; execution: string; reasons: string[] }
  /** The execution stopped, and a change has happened or may have happened. */
  | { outcome: 'failed'; execution: string; receipts: Receipt[]; reason: string };

/**
 * The answer of `prepare`, the gateway's first activity of an execution. If a check fails, the answer has the reasons.
 * If all checks pass, the answer has a challenge, which is a random value. The preflight follows: the rehearsal
 * immediately before execution. Its report must contain the challenge, so an older report cannot be used.
 */
export type Prepared =
  | { ready: true; execution: string; challenge: string; dossier: Digest }
  | { ready: false; execution: string; reasons: string[] };
