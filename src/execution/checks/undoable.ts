import { refused } from '../../lib/error.ts';
import type { Digest } from '../../lib/digest.ts';
import { executionId } from '../../domain/names.ts';
import type { ExecutionContext } from './execution-context.ts';
import type { ExecutionRecord, Ledger } from '../ports.ts';

/**
 * Limit in seconds on the time between the end of an execution and the start of its undo. The undo is requested after
 * verification, which takes minutes at most. After this limit, people may rely on the change. An undo then needs a new
 * plan and new approvals.
 */
const maxUndoSeconds = 1800;

/**
 * Reads from the ledger the execution that an undo reverts. The execution must have a result, but may have applied no
 * step.
 * @throws AirlockError `nothing-to-undo` if the execution never started; `execution-unfinished` if the execution has no
 * result yet.
 */
export async function executionToUndo(ledger: Ledger, dossier: Digest): Promise<ExecutionRecord> {
  const execution = executionId(dossier, 'do');
  const record = await ledger.find(execution);
  if (record?.dossier !== dossier)
    throw refused('nothing-to-undo', `${execution} never started, so there is nothing to undo`);
  if (record.result) return record;
  throw refused(
    'execution-unfinished',
    `${execution} has no result yet and may still write, so it cannot be undone now: wait until it ends, then request the undo again`,
  );
}

/**
 * Returns the seconds between the end of an execution and the start of its undo. As long as the undo has no receipt,
 * `now` counts as the start. Undefined if the outcome of the execution is not `executed`, because the undo of a partial
 * change has no time limit.
 */
export function undoDelayOf(
  { result, finishedAt }: ExecutionRecord,
  { undo, now }: { undo: ExecutionRecord; now: Date },
): number | undefined {
  if (result?.outcome !== 'executed' || finishedAt === undefined) return undefined;
  const start = undo.receipts.length > 0 ? Date.parse(undo.startedAt) : now.getTime();
  return (start - Date.parse(finishedAt)) / 1000;
}

/**
 * Passes if the undo starts at most `maxUndoSeconds` after the execution ended, or if the undo has no time limit. After
 * the limit, the approvals of the plan do not count for the undo.
 */
export function undoInTime({ undoDelaySeconds }: ExecutionContext): string[] {
  if (undoDelaySeconds === undefined || undoDelaySeconds <= maxUndoSeconds) return [];
  return [`executed ${Math.round(undoDelaySeconds)} s ago, too long ago for its undo: make a new plan`];
}
