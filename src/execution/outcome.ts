import type { ExecutionResult } from '../domain/execution/execution.ts';
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
