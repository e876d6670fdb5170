import { AirlockError } from '../lib/error.ts';
import type { ExecutionResult, Receipt } from '../domain/execution/execution.ts';
import type { KubeObject } from '../domain/kubernetes/object.ts';
import type { Step } from '../domain/plan/plan.ts';
import { retry } from '../platform/retry.ts';
import { runStep, type StepContext } from '../steps/run-step.ts';
import type { KubernetesApi } from '../steps/kubernetes-api.ts';
import type { Tracing } from '../domain/incident/tracing.ts';
import type { ExecutionContext } from './checks/execution-context.ts';
import { appendRecord } from './append-record.ts';
import { stop } from './outcome.ts';
import { undoOf } from './checks/plan-checks.ts';
import type { ExecutionLock, ExecutionRecord } from './ports.ts';
import { withGrant, type GrantDeps } from './with-grant.ts';

export interface RunDeps extends GrantDeps {
  /** Redacts live objects. The preconditions of a plan are digests of redacted objects. */
  redact: (objects: KubeObject[]) => Promise<KubeObject[]>;
  /** Runs work in a child span of the incident's trace: one per step. */
  span: Tracing['inChildSpan'];
}

/** One checked execution under its lock. */
export interface Run {
  context: ExecutionContext;
  lock: ExecutionLock;
  /** The execution that an undo takes back. */
  before?: ExecutionRecord | undefined;
}

/** Most attempts of one step. Another writer can change the object between read and write; each attempt compares anew. */
const maxConflictAttempts = 5;
const conflictPauseMs = 100;

/**
 * Runs the steps that the ledger does not record as applied, in order, with one grant.
 * @throws AirlockError (retry) when an answer is missing: the next attempt finds out what happened.
 */
export async function runSteps(deps: RunDeps, run: Run): Promise<ExecutionResult> {
  const { id: execution, receipts } = await run.lock.record();
  const steps = stepsOf(run).filter((step) => !isIn('applied', receipts, step));
  if (steps.length === 0 && receipts.length > 0) return { outcome: 'executed', execution, receipts };
  if (steps.length === 0) {
    return stop(run.lock, [run.context.dossier.plan.noUndo ?? 'no step was applied: nothing to undo']);
  }
  try {
    await withGrant(deps, run, async (api) => {
      for (const step of steps) {
        const attempt = { api, step, retry: isIn('intended', receipts, step) };
        await deps.span('step', { step: step.id, action: step.action }, () => runOne(deps, run, attempt));
      }
    });
  } catch (thrown) {
    // The lease outlives a failed step only if its revocation failed. Then that error decides: it is retried.
    const error: unknown = thrown instanceof SuppressedError ? thrown.error : thrown;
    if (!(error instanceof AirlockError) || error.next === 'retry') throw error;
    return stop(run.lock, [error.message]);
  }
  const { receipts: all } = await run.lock.record();
  return { outcome: 'executed', execution, receipts: all };
}

/** An undo takes back only the steps that the ledger records as applied. */
function stepsOf({ context, before }: Run): Step[] {
  const { plan } = context.dossier;
  if (!before) return plan.steps;
  const applied = before.receipts.filter((receipt) => receipt.state === 'applied').map(({ step }) => undoOf(step));
  return plan.undo.filter((step) => applied.includes(step.id));
}

function isIn(state: Receipt['state'], receipts: readonly Receipt[], step: Step): boolean {
  return receipts.some((receipt) => receipt.step === step.id && receipt.state === state);
}

interface StepAttempt {
  api: KubernetesApi;
  step: Step;
  /** Whether an earlier attempt recorded the intent to write. */
  retry: boolean;
}

async function runOne(deps: RunDeps, run: Run, attempt: StepAttempt): Promise<void> {
  const { api, step } = attempt;
  const { lock } = run;
  const { id: execution, ...record } = await lock.record();
  const context: StepContext = {
    api,
    namespace: run.context.dossier.plan.namespace,
    reference: { execution, step: step.id, trace: record.trace },
    redact: deps.redact,
    retry: attempt.retry,
    async intended(resourceVersion) {
      const body = { execution, step: step.id, resourceVersion };
      await appendRecord(deps.journal, 'step.intended', record, { message: `${step.id}: ${step.action}`, body });
      await lock.markIntended(step.id, resourceVersion);
    },
    async applied(resourceVersion) {
      const body = { execution, step: step.id, resourceVersion };
      const message = `${step.id}: ${step.action}, resourceVersion ${resourceVersion}`;
      await appendRecord(deps.journal, 'step.applied', record, { message, body });
      await lock.markApplied(step.id, resourceVersion);
    },
  };
  await retry({ tries: maxConflictAttempts, pauseMs: pauseAfter, jitter: 0.5 }, () => runStep(step, context));
}

function pauseAfter(error: unknown): number | undefined {
  return isConflict(error) ? conflictPauseMs : undefined;
}

/** The API server refused the write's preconditions, so nothing was written. Status and HPA writes cause this often. */
function isConflict(error: unknown): boolean {
  if (!(error instanceof AirlockError) || error.next !== 'retry') return false;
  return ['kubernetes-conflict', 'kubernetes-patch-failed'].includes(error.code);
}
