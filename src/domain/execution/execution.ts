import type { Digest } from '../../lib/digest.ts';

/** Whether an execution runs the plan or its undo. */
export type Direction = 'do' | 'undo';

/** The effect of one step, from the execution ledger. */
export interface Receipt {
  step: string;
  /** `applied`: the step was written exactly once. `intended`: it may have been written. */
  state: 'intended' | 'applied';
  /** resourceVersion that was the precondition of the write. */
  resourceVersion: string;
  at: string;
}

/** The result of an execution. */
export type ExecutionResult =
  | { outcome: 'executed'; execution: string; receipts: Receipt[] }
  /** Nothing was written. The reasons say which checks no longer hold. */
  | { outcome: 'invalidated'; execution: string; reasons: string[] }
  /** A step failed. The receipts list the steps before it. */
  | { outcome: 'failed'; execution: string; receipts: Receipt[]; reason: string };

/** The answer of `prepare`: the challenge that the preflight rehearsal must carry, or the reasons not to execute. */
export type Prepared =
  | { ready: true; execution: string; challenge: string; dossier: Digest }
  | { ready: false; execution: string; reasons: string[] };
