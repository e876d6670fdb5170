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
 * The same limit for an execution whose outcome is not `executed`. The reason of the failure may be an outage of the
 * gateway or of the cluster. This limit is longer, so that the undo is still possible after such an outage.
 */
const maxUndoOfFailureSeconds = 4 * 3600;

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

/** The time from the end of an execution to the start of its undo, and the limit on this time. Both are in seconds. */
export interface UndoDelay {
  seconds: number;
  limit: number;
}

/**
 * Returns the time from the end of an execution to the start of its undo, and the limit on this time. As long as the
 * undo has no receipt, `now` counts as the start.
 */
export function undoDelayOf(
  { result, finishedAt }: ExecutionRecord,
  { undo, now }: { undo: ExecutionRecord; now: Date },
): UndoDelay {
  const start = undo.receipts.length > 0 ? Date.parse(undo.startedAt) : now.getTime();
  // The ledger stores no result without the time of its end. So a record without this time never passes.
  const seconds = finishedAt === undefined ? Infinity : (start - Date.parse(finishedAt)) / 1000;
  return { seconds, limit: result?.outcome === 'executed' ? maxUndoSeconds : maxUndoOfFailureSeconds };
}

/**
 * Passes if the undo begins within the limit after the end of the execution.
 * @returns the reason why the check fails; empty if the check passes.
 */
export function undoInTime({ undoDelay }: ExecutionContext): string[] {
  if (undoDelay === undefined || undoDelay.seconds <= undoDelay.limit) return [];
  const { seconds, limit } = undoDelay;
  return [
    `the execution ended ${Math.round(seconds)} s ago, but its undo must begin within ${limit} s: an undo now needs a new plan`,
  ];
}
