import type { Digest } from '../../lib/digest.ts';

/** What an execution runs. `do`: the steps of the plan. `undo`: the undo steps of the plan. */
export type Direction = 'do' | 'undo';

/**
 * The state of one step in the ledger. The ledger is a set of PostgreSQL tables about executions. The gateway writes to
 * the ledger before each change of the target, and again after the change.
 */
export interface Receipt {
  /** Id of the step. */
  step: string;
  /**
   * `intended`: the gateway was about to change the target, and the change may or may not have happened. `applied`: the
   * change happened exactly once.
   */
  state: 'intended' | 'applied';
  /** The object's resourceVersion. For `intended`: before the change. For `applied`: after the change. */
  resourceVersion: string;
  /** When the step got this state, ISO 8601. */
  at: string;
}

/** The result of an execution. `execution` is the id of the execution. */
export type ExecutionResult =
  | { outcome: 'executed'; execution: string; receipts: Receipt[] }
  /** This execution changed nothing. The reasons say which checks failed or why no step could run. */
  | { outcome: 'invalidated'; execution: string; reasons: string[] }
  /** The execution stopped before its end. At least one change happened or may have happened. */
  | { outcome: 'failed'; execution: string; receipts: Receipt[]; reason: string };

/**
 * The answer of the gateway's activity `prepare`. If a check failed, `reasons` says why. If all checks passed,
 * `challenge` is a random value. The preflight is the rehearsal between `prepare` and the execution. The report of the
 * preflight must contain the challenge. So an older report is refused.
 */
export type PrepareAnswer =
  | { ready: true; execution: string; challenge: string; dossier: Digest }
  | { ready: false; execution: string; reasons: string[] };
