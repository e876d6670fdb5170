import { AirlockError } from '../lib/error.ts';
import type { ExecutionResult, Receipt } from '../domain/execution/execution.ts';
import type { KubeObject } from '../domain/kubernetes/object.ts';
import type { Step } from '../domain/plan/plan.ts';
import { retry } from '../platform/retry.ts';
import { runStep, type StepContext } from '../steps/run-step.ts';
import type { KubernetesApi } from '../steps/kubernetes-api.ts';
import type { Tracing } from '../domain/incident/tracing.ts';
import type { ExecutionContext } from './checks/execution-context.ts';
import { appendProved, type ProvedDeps } from './append-proved.ts';
import { stoppedResult } from './outcome.ts';
import { stepRecord } from './records.ts';
import { undoIdOf } from './checks/plan-checks.ts';
import type { Attempt, ExecutionRecord } from './ledger-ports.ts';
import { withGrant, type GrantDeps } from './with-grant.ts';

/** What `runSteps` needs from outside. */
export interface RunDeps extends GrantDeps, ProvedDeps {
  /** Redacts objects of a cluster. A precondition contains a digest of redacted objects. */
  redact: (cluster: string, objects: KubeObject[]) => Promise<KubeObject[]>;
  /** Runs a function in a tracing span. `runSteps` makes one span for each step. */
  span: Tracing['inChildSpan'];
}

/**
 * One attempt of an execution. The attempt has the locks of the execution and of its objects, and has passed all checks.
 */
export interface Run {
  context: ExecutionContext;
  attempt: Attempt;
  /** For direction `undo`: what the ledger contains about the execution that is undone. */
  toUndo?: ExecutionRecord | undefined;
}

/**
 * Largest number of tries for one step. A try fails if another client changes the object between the read and the
 * write. The next try reads the object again and compares the precondition again.
 */
const maxTries = 5;
const pauseAfterConflictMs = 100;

/**
 * Runs the steps in order and with one grant. Leaves out the steps that the ledger records as applied.
 * @returns the result. If an AirlockError stops the steps and a retry cannot help, the result says why.
 * @throws AirlockError with `next: 'retry'`, and every error that is not an AirlockError. The next attempt then finds
 * out whether the last change happened. `ledger-corrupt` (stop) if somebody else has changed the ledger or its records.
 */
export async function runSteps(deps: RunDeps, run: Run): Promise<ExecutionResult> {
  const { id: execution, receipts } = await run.attempt.record();
  const steps = stepsOf(run).filter((step) => !isRecordedAs('applied', receipts, step));
  if (steps.length === 0 && receipts.length > 0) return { outcome: 'executed', execution, receipts };
  if (steps.length === 0) {
    return stoppedResult(run.attempt, [run.context.dossier.plan.noUndo ?? 'no step was applied: nothing to undo']);
  }
  try {
    await withGrant(deps, run, async (api) => {
      for (const step of steps) {
        const stepRun = { api, step, mayBeApplied: isRecordedAs('intended', receipts, step) };
        await deps.span('step', { step: step.id, action: step.action }, () => runOne(deps, run, stepRun));
      }
    });
  } catch (thrown) {
    // If a step fails and then the revocation of the grant fails too, the two errors are in a SuppressedError. Its
    // `error` is the error of the revocation. This error counts, because the revocation must be retried.
    const error: unknown = thrown instanceof SuppressedError ? thrown.error : thrown;
    if (!(error instanceof AirlockError) || error.next === 'retry' || error.code === 'ledger-corrupt') throw error;
    return stoppedResult(run.attempt, [error.message]);
  }
  const { receipts: all } = await run.attempt.record();
  return { outcome: 'executed', execution, receipts: all };
}

/**
 * Returns the steps of the plan (direction `do`) or the undo steps of the plan (direction `undo`). An undo step is
 * returned only if the ledger records the step that it reverts as applied.
 */
function stepsOf({ context, toUndo }: Run): Step[] {
  const { plan } = context.dossier;
  if (!toUndo) return plan.steps;
  const applied = toUndo.receipts.filter((receipt) => receipt.state === 'applied');
  const undoIds = applied.map(({ step }) => undoIdOf(step));
  return plan.undo.filter((step) => undoIds.includes(step.id));
}

function isRecordedAs(state: Receipt['state'], receipts: readonly Receipt[], step: Step): boolean {
  return receipts.some((receipt) => receipt.step === step.id && receipt.state === state);
}

interface StepRun {
  api: KubernetesApi;
  step: Step;
  /** True if an earlier attempt recorded the step as intended. Then the change may have happened already. */
  mayBeApplied: boolean;
}

async function runOne(deps: RunDeps, run: Run, { api, step, mayBeApplied }: StepRun): Promise<void> {
  const { attempt } = run;
  const { id: execution, trace } = await attempt.record();
  const { dossier } = run.context;
  const { plan } = dossier;
  const context: StepContext = {
    api: fenced(api, attempt),
    namespace: plan.namespace,
    reference: { execution, step: step.id, trace },
    redact: (objects) => deps.redact(plan.cluster, objects),
    mayBeApplied,
    // The row is inserted before its record. So a record without a row means that somebody deleted the row.
    async onIntended(resourceVersion) {
      await attempt.markIntended(step.id, resourceVersion);
      const entry = { step: step.id, state: 'intended', resourceVersion } as const;
      await appendProved(deps, ...stepRecord(dossier, execution, entry));
    },
    async onApplied(resourceVersion) {
      await attempt.markApplied(step.id, resourceVersion);
      const entry = { step: step.id, state: 'applied', resourceVersion } as const;
      await appendProved(deps, ...stepRecord(dossier, execution, entry));
    },
  };
  await retry({ tries: maxTries, pauseMs: pauseAfter, jitter: 0.5 }, () => runStep(step, context));
}

/**
 * Returns an API that checks the locks of the attempt before each patch. The gateway can be paused between this check
 * and the patch, until another execution has the lock. Then the resourceVersion that the patch tests keeps the two apart:
 * whichever of the two writes comes second is refused.
 */
function fenced(api: KubernetesApi, attempt: Attempt): KubernetesApi {
  return {
    get: (ref) => api.get(ref),
    async patch(change, options) {
      await attempt.assertMayWrite();
      return api.patch(change, options);
    },
  };
}

function pauseAfter(error: unknown): number | undefined {
  return isConflict(error) ? pauseAfterConflictMs : undefined;
}

/**
 * Returns true if the API server refused the write because another client had changed the object. Then nothing was
 * written. Often the other client is a controller that updates the status, or a HorizontalPodAutoscaler that scales.
 */
function isConflict(error: unknown): boolean {
  if (!(error instanceof AirlockError) || error.next !== 'retry') return false;
  return ['kubernetes-conflict', 'kubernetes-patch-failed'].includes(error.code);
}
