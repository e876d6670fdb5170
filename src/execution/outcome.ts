import type { ExecutionResult, Receipt } from '../domain/execution/execution.ts';
import type { Json } from '../lib/json/json.ts';
import type { Journal } from '../domain/journal/ports.ts';
import { appendRecord } from './append-record.ts';
import type { ExecutionLock } from './ports.ts';

/**
 * Returns the result of an execution that cannot continue. Without a receipt, this execution changed nothing, and the
 * outcome is `invalidated`. With a receipt, a change happened or may have happened, and the outcome is `failed`.
 */
export async function stoppedResult(lock: ExecutionLock, reasons: string[]): Promise<ExecutionResult> {
  const { id: execution, receipts } = await lock.record();
  if (receipts.length === 0) return { outcome: 'invalidated', execution, reasons };
  return { outcome: 'failed', execution, receipts, reason: reasons.join('; ') };
}

/** Writes the result to the journal, then to the ledger. Each later attempt of the execution returns this result. */
export async function finish(
  { journal, clock }: { journal: Journal; clock: () => Date },
  lock: ExecutionLock,
  result: ExecutionResult,
): Promise<ExecutionResult> {
  const record = await lock.record();
  await appendRecord(journal, 'execution.finished', record, { message: messageOf(result), body: bodyOf(result) });
  await lock.finish(result, clock());
  return result;
}

function messageOf(result: ExecutionResult): string {
  if (result.outcome === 'invalidated') return `${result.execution} invalidated: ${result.reasons.join('; ')}`;
  const steps = result.receipts.map(({ step, state }) => `${step} ${state}`).join(', ');
  if (result.outcome === 'failed') return `${result.execution} failed (steps: ${steps || 'none'}): ${result.reason}`;
  return `${result.execution} executed (steps: ${steps})`;
}

function bodyOf(result: ExecutionResult): { [key: string]: Json } {
  const { execution, outcome } = result;
  if (result.outcome === 'invalidated') return { execution, outcome, reasons: result.reasons };
  const receipts = result.receipts.map((receipt: Receipt) => ({ ...receipt }));
  return result.outcome === 'failed'
    ? { execution, outcome, receipts, reason: result.reason }
    : { execution, outcome, receipts };
}
