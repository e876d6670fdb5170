import type { Dossier } from '../domain/approval/dossier.ts';
import type { ExecutionResult, Receipt } from '../domain/execution/execution.ts';
import type { RecordKind } from '../domain/journal/journal.ts';
import type { Json } from '../lib/json/json.ts';
import type { RecordContent, RecordContext } from './append-record.ts';

/** The arguments of `appendRecord` after the journal. */
type RecordArguments = [kind: RecordKind, context: RecordContext, content: RecordContent];

/** The record of an entry about a step of the dossier's plan. */
export function stepRecord(dossier: Dossier, execution: string, entry: Omit<Receipt, 'at'>): RecordArguments {
  const { step, state, resourceVersion } = entry;
  const { plan } = dossier;
  const action = [...plan.steps, ...plan.undo].find(({ id }) => id === step)?.action;
  const message =
    state === 'intended'
      ? `step ${step} (${action}): the gateway is about to write the change`
      : `step ${step} (${action}): the change is written (resourceVersion ${resourceVersion})`;
  return [`step.${state}`, dossier, { message, body: { execution, step, resourceVersion } }];
}

/** The record of a result. */
export function finishedRecord(context: RecordContext, result: ExecutionResult): RecordArguments {
  return ['execution.finished', context, { message: messageOf(result), body: bodyOf(result) }];
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
