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
import { stoppedResult } from './outcome.ts';
import { undoOf } from './checks/plan-checks.ts';
import type { ExecutionLock, ExecutionRecord } from './ports.ts';
import { withGrant, type GrantDeps } from './with-grant.ts';

/** What running the steps needs from outside. */
export interface RunDeps extends GrantDeps {
  /** Redacts objects of the cluster. A precondition contains a digest of redacted objects. */
  redact: (objects: KubeObject[]) => Promise<KubeObject[]>;
  /** Runs a function in a child span of the incident's trace. Each step has its own span. */
  span: Tracing['inChildSpan'];
}

/** An execution that has passed all checks, and its lock. */
export interface Run {
  context: ExecutionContext;
  lock: ExecutionLock;
  /** For direction `undo`: the execution that is undone. */
  toUndo?: ExecutionRecord | undefined;
}

/**
 * Limit on the attempts of one step. An attempt fails if another client changes the object between the read and the
 * write. The next attempt reads the object and compares the precondition again.
 */
const maxConflictAttempts = 5;
const conflictPauseMs = 100;

/**
 * Runs the steps that the ledger does not record as applied, in order and with one grant.
 * @returns the result, even if a step failed in a way that a retry cannot solve.
 * @throws AirlockError (retry) if a retry may help. The next attempt finds out whether the last write happened.
 */
export async function runSteps(deps: RunDeps, run: Run): Promise<ExecutionResult> {
  const { id: execution, receipts } = await run.lock.record();
  const steps = stepsOf(run).filter((step) => !isRecordedAs('applied', receipts, step));
  if (steps.length === 0 && receipts.length > 0) return { outcome: 'executed', execution, receipts };
  if (steps.length === 0) {
    return stoppedResult(run.lock, [run.context.dossier.plan.noUndo ?? 'no step was applied: nothing to undo']);
  }
  try {
    await withGrant(deps, run, async (api) => {
      for (const step of steps) {
        const attempt = { api, step, mayBeApplied: isRecordedAs('intended', receipts, step) };
        await deps.span('step', { step: step.id, action: step.action }, () => runOne(deps, run, attempt));
      }
    });
  } catch (thrown) {
    // A SuppressedError means: a step failed, and then the revocation of the lease failed too. `thrown.error` is the
    // error of the revocation. This error counts, because the revocation must be retried.
    const error: unknown = thrown instanceof SuppressedError ? thrown.error : thrown;
    if (!(error instanceof AirlockError) || error.next === 'retry') throw error;
    return stoppedResult(run.lock, [error.message]);
  }
  const { receipts: all } = await run.lock.record();
  return { outcome: 'executed', execution, receipts: all };
}

/** Returns the steps of this direction. An undo reverts only the steps that the ledger records as applied. */
function stepsOf({ context, toUndo }: Run): Step[] {
  const { plan } = context.dossier;
  if (!toUndo) return plan.steps;
  const applied = toUndo.receipts.filter((receipt) => receipt.state === 'applied');
  const undoIds = applied.map(({ step }) => undoOf(step));
  return plan.undo.filter((step) => undoIds.includes(step.id));
}

function isRecordedAs(state: Receipt['state'], receipts: readonly Receipt[], step: Step): boolean {
  return receipts.some((receipt) => receipt.step === step.id && receipt.state === state);
}

interface StepAttempt {
  api: KubernetesApi;
  step: Step;
  /** True if an earlier attempt recorded the step as intended: the step may be written already. */
  mayBeApplied: boolean;
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
    mayBeApplied: attempt.mayBeApplied,
    async onIntended(resourceVersion) {
      const body = { execution, step: step.id, resourceVersion };
      await appendRecord(deps.journal, 'step.intended', record, {
        message: `about to write step ${step.id} (${step.action})`,
        body,
      });
      await lock.markIntended(step.id, resourceVersion);
    },
    async onApplied(resourceVersion) {
      const body = { execution, step: step.id, resourceVersion };
      const message = `step ${step.id} (${step.action}) is written; the object has resourceVersion ${resourceVersion}`;
      await appendRecord(deps.journal, 'step.applied', record, { message, body });
      await lock.markApplied(step.id, resourceVersion);
    },
  };
  await retry({ tries: maxConflictAttempts, pauseMs: pauseAfter, jitter: 0.5 }, () => runStep(step, context));
}

function pauseAfter(error: unknown): number | undefined {
  return isConflict(error) ? conflictPauseMs : undefined;
}

/**
 * Returns true if the API server refused the write because another client had changed the object. Then nothing was
 * written. Often that client is a controller that updates the status, or an HPA that scales.
 */
function isConflict(error: unknown): boolean {
  if (!(error instanceof AirlockError) || error.next !== 'retry') return false;
  return ['kubernetes-conflict', 'kubernetes-patch-failed'].includes(error.code);
}
