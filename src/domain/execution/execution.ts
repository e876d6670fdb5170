import type { Digest } from '../../lib/digest.ts';

export type Direction = 'do' | 'undo';

/** What one step really did, as the ledger has it. */
export interface Receipt {
  step: string;
  /** `applied`: the effect is there, once; `intended`: it may be. */
  state: 'intended' | 'applied';
  /** resourceVersion that the write was preconditioned on. */
  resourceVersion: string;
  at: string;
}

/** How an execution ended. */
export type ExecutionResult =
  | { outcome: 'executed'; execution: string; receipts: Receipt[] }
  /** Nothing was written: the reasons say what no longer holds. */
  | { outcome: 'void'; execution: string; reasons: string[] }
  /** A step failed; the receipts say what was written before. */
  | { outcome: 'failed'; execution: string; receipts: Receipt[]; reason: string };

/** The gateway's answer to "may this be executed?": a challenge that the rehearsal at the door must carry. */
export type Prepared =
  | { ready: true; execution: string; challenge: string; dossier: Digest }
  | { ready: false; execution: string; reasons: string[] };
