import { refused } from '../../lib/error.ts';
import type { Digest } from '../../lib/digest.ts';
import { executionId } from '../../domain/names.ts';
import type { Facts } from './facts.ts';
import type { ExecutionRecord, Ledger } from '../ports.ts';

/**
 * How long after an execution its undo can begin, seconds. Verification, which asks for it, takes minutes at most; later
 * the change is part of how the target runs, and taking it back is a new plan under a new signature.
 */
export const maxUndoSeconds = 1800;

/**
 * The finished execution that an undo takes back, from the ledger alone; it may have applied nothing.
 * @throws AirlockError `nothing-to-undo`; `execution-unfinished` while steps could still be applied after the undo.
 */
export async function undoable(ledger: Ledger, dossier: Digest): Promise<ExecutionRecord> {
  const execution = executionId(dossier, 'do');
  const record = await ledger.find(execution);
  if (record?.dossier !== dossier)
    throw refused('nothing-to-undo', `${execution} never began: there is nothing to undo`);
  if (record.result) return record;
  throw refused('execution-unfinished', `${execution} has no result yet: finish it before it is taken back`);
}

/**
 * How long an execution had been done when its undo wrote first, or now where it has written nothing, seconds. Absent
 * where the execution did not end as executed: what it left half done is never too old to take back.
 */
export function executedFor(
  { result, finishedAt }: ExecutionRecord,
  { undo, now }: { undo: ExecutionRecord; now: Date },
): number | undefined {
  if (result?.outcome !== 'executed' || finishedAt === undefined) return undefined;
  const start = undo.receipts.length > 0 ? Date.parse(undo.startedAt) : now.getTime();
  return (start - Date.parse(finishedAt)) / 1000;
}

/** An undo follows its execution closely: what nobody asked for in time is not taken back under the old signature. */
export function undoInTime({ executedSeconds }: Facts): string[] {
  if (executedSeconds === undefined || executedSeconds <= maxUndoSeconds) return [];
  return [`executed ${Math.round(executedSeconds)} s ago, too long for its undo: plan anew`];
}
