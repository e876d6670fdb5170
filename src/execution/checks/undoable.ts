import { refused } from '../../lib/error.ts';
import type { Digest } from '../../lib/digest.ts';
import type { ExecutionContext } from './execution-context.ts';
import type { ExecutionRecord } from '../ledger-ports.ts';

/**
 * Limit in seconds on the time from the end of an execution with outcome `executed` to the start of its undo. Normally
 * the undo begins directly after verification. Later, people may already rely on the change. A later undo needs a new
 * plan and new approvals.
 */
const maxUndoSeconds = 1800;

/**
 * The limit in seconds for an execution with any other outcome. An outage of the gateway or of the target may have
 * caused the failure. This limit is longer than `maxUndoSeconds`, so the undo is still possible after a short outage.
 */
const maxUndoOfFailureSeconds = 4 * 3600;

/**
 * Returns the execution that an undo reverts.
 * @param record what the ledger has about the execution of the dossier, if anything.
 * @throws AirlockError `nothing-to-undo` if the execution never started; `execution-unfinished` if the execution has no
 * result yet.
 */
export function executionToUndo(record: ExecutionRecord | undefined, dossier: Digest): ExecutionRecord {
  if (record?.dossier !== dossier)
    throw refused('nothing-to-undo', `the execution of dossier ${dossier} never started, so there is nothing to undo`);
  if (record.result) return record;
  throw refused(
    'execution-unfinished',
    `${record.id} has no result yet and may still change the target: wait for the result, then start the undo again`,
  );
}

/** The time from the end of an execution to the start of its undo. */
export interface UndoDelay {
  /** The time in seconds. */
  seconds: number;
  /** The longest time in seconds that the gateway allows. */
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
  // The ledger stores every result together with `finishedAt`. If `finishedAt` is absent, `undoInTime` fails.
  const seconds = finishedAt === undefined ? Infinity : (start - Date.parse(finishedAt)) / 1000;
  return { seconds, limit: result?.outcome === 'executed' ? maxUndoSeconds : maxUndoOfFailureSeconds };
}

/**
 * Passes if the time from the end of the execution to the start of the undo is at most the limit. Passes too if the
 * context has no `undoDelay`, because then there is no execution to undo.
 * @returns the reason why the check fails; empty if the check passes.
 */
export function undoInTime({ undoDelay }: ExecutionContext): string[] {
  if (undoDelay === undefined || undoDelay.seconds <= undoDelay.limit) return [];
  const { seconds, limit } = undoDelay;
  return [
    `the execution ended ${Math.round(seconds)} s ago, but its undo must begin within ${limit} s: an undo now needs a new plan`,
  ];
}
