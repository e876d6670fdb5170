import { refused } from '../../lib/error.ts';
import type { Digest } from '../../lib/digest.ts';
import { executionId } from '../../domain/names.ts';
import type { ExecutionContext } from './execution-context.ts';
import type { ExecutionRecord, Ledger } from '../ports.ts';

/**
 * Longest time between the end of an execution and the start of its undo, seconds. Verification, which requests the undo,
 * takes minutes at most. Later the change is part of how the cluster runs, and undoing it needs a new plan and new
 * approvals.
 */
const maxUndoSeconds = 1800;

/**
 * Reads the finished execution that an undo takes back from the ledger. The execution may have applied nothing.
 * @throws AirlockError `nothing-to-undo`; `execution-unfinished` while the execution could still apply steps.
 */
export async function executionToUndo(ledger: Ledger, dossier: Digest): Promise<ExecutionRecord> {
  const execution = executionId(dossier, 'do');
  const record = await ledger.find(execution);
  if (record?.dossier !== dossier)
    throw refused('nothing-to-undo', `${execution} never began: there is nothing to undo`);
  if (record.result) return record;
  throw refused('execution-unfinished', `${execution} has no result yet: wait until it has finished, then undo it`);
}

/**
 * Seconds between the end of an execution and the first write of its undo, or now when the undo has not written. Absent
 * when the execution did not end as executed: a partial change may be undone at any time.
 */
export function executedFor(
  { result, finishedAt }: ExecutionRecord,
  { undo, now }: { undo: ExecutionRecord; now: Date },
): number | undefined {
  if (result?.outcome !== 'executed' || finishedAt === undefined) return undefined;
  const start = undo.receipts.length > 0 ? Date.parse(undo.startedAt) : now.getTime();
  return (start - Date.parse(finishedAt)) / 1000;
}

/** The approvals of an execution cover its undo for `maxUndoSeconds`. */
export function undoInTime({ executedSeconds }: ExecutionContext): string[] {
  if (executedSeconds === undefined || executedSeconds <= maxUndoSeconds) return [];
  return [`executed ${Math.round(executedSeconds)} s ago, too long ago for its undo: make a new plan`];
}
