import type { ExecutionResult } from '../domain/execution/execution.ts';
import type { Journal } from '../domain/journal/ports.ts';
import { appendRecord } from './append-record.ts';
import { finishedRecord } from './records.ts';
import type { Attempt } from './ledger-ports.ts';

/**
 * Returns the result of an execution that cannot continue. Without a receipt, this execution changed nothing, and the
 * outcome is `invalidated`. With a receipt, a change happened or may have happened, and the outcome is `failed`.
 */
export async function stoppedResult(attempt: Attempt, reasons: string[]): Promise<ExecutionResult> {
  const { id: execution, receipts } = await attempt.record();
  if (receipts.length === 0) return { outcome: 'invalidated', execution, reasons };
  return { outcome: 'failed', execution, receipts, reason: reasons.join('; ') };
}

/** Writes the result to the ledger, then to the journal. Each later attempt of the execution returns this result. */
export async function finish(
  { journal, clock }: { journal: Journal; clock: () => Date },
  attempt: Attempt,
  result: ExecutionResult,
): Promise<ExecutionResult> {
  const record = await attempt.record();
  await attempt.finish(result, clock());
  await appendRecord(journal, ...finishedRecord(record, result));
  return result;
}
