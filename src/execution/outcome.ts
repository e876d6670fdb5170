import type { ExecutionResult, Receipt } from '../domain/execution/execution.ts';
import type { Json } from '../lib/json.ts';
import type { Journal } from '../domain/ports.ts';
import { note } from './append-record.ts';
import type { Claim } from './ports.ts';

/** The outcome when something forbids to go on. Nothing written: void. Something may have been: a person has to look. */
export async function stopped(claim: Claim, reasons: string[]): Promise<ExecutionResult> {
  const { id: execution, receipts } = await claim.record();
  if (receipts.length === 0) return { outcome: 'void', execution, reasons };
  return { outcome: 'failed', execution, receipts, reason: reasons.join('; ') };
}

/** Writes the result down, first in the journal, then in the ledger, from where every later call is answered. */
export async function finish(
  { journal, clock }: { journal: Journal; clock: () => Date },
  claim: Claim,
  result: ExecutionResult,
): Promise<ExecutionResult> {
  const record = await claim.record();
  await note(journal, 'execution.finished', record, { fact: sentence(result), body: bodyOf(result) });
  await claim.finish(result, clock());
  return result;
}

function sentence(result: ExecutionResult): string {
  if (result.outcome === 'void') return `${result.execution} void: ${result.reasons.join('; ')}`;
  const steps = result.receipts.map(({ step, state }) => `${step} ${state}`).join(', ');
  if (result.outcome === 'failed') return `${result.execution} failed after ${steps || 'nothing'}: ${result.reason}`;
  return `${result.execution} executed: ${steps}`;
}

function bodyOf(result: ExecutionResult): { [key: string]: Json } {
  const { execution, outcome } = result;
  if (result.outcome === 'void') return { execution, outcome, reasons: result.reasons };
  const receipts = result.receipts.map((receipt: Receipt) => ({ ...receipt }));
  return { execution, outcome, receipts, ...(result.outcome === 'failed' ? { reason: result.reason } : {}) };
}
