import { refused } from '../../lib/error.ts';
import type { Digest } from '../../lib/digest.ts';
import { executionId } from '../../domain/names.ts';
import type { ExecutionContext } from './execution-context.ts';
import type { ExecutionRecord, Ledger } from '../ports.ts';

/**
 * Limit in seconds on the time from the end of an execution to the start of its undo. Normally the undo begins directly
 * after verification. Later, people may already rely on the change. A later undo needs a new plan and new approvals.
 */
const maxUndoSeconds = 1800;

/**
 * Returns the ledger's record of the execution that an undo reverts.
 * @throws AirlockError `nothing-to-undo` if the execution never started; `execution-unfinished` if the execution has no
 * result yet.
 */
export async function executionToUndo(ledger: Ledger, dossier: Digest): Promise<ExecutionRecord> {
  const execution = executionId(dossier, 'do');
  const record = await ledger.find(execution);
  if (record?.dossier !== dossier)
    throw refused('nothing-to-undo', `the execution of dossier ${dossier} never started, so there is nothing to undo`);
  if (record.result) return record;
  throw refused(
    'execution-unfinished',
    `${execution} has no result yet and may still change the target: wait for the result, then start the undo again`,
  );
}

/**
 * Returns the seconds from the end of an execution to the start of its undo. As long as the undo has no receipt, `now`
 * counts as the start. Returns undefined if the outcome of the execution is not `executed`. The change may then be
 * partial, so its undo has no time limit.
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
 * Passes if the undo begins at most `maxUndoSeconds` after the end of the execution, or if the undo has no time limit.
 * @returns the reason why the check fails; empty if the check passes.
 */
export function undoInTime({ undoDelaySeconds }: ExecutionContext): string[] {
  if (undoDelaySeconds === undefined || undoDelaySeconds <= maxUndoSeconds) return [];
  return [
    `the execution ended ${Math.round(undoDelaySeconds)} s ago, but its undo must begin within ${maxUndoSeconds} s: an undo now needs a new plan`,
  ];
}
