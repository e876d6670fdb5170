import { setTimeout as pause } from 'node:timers/promises';
import { AirlockError } from '../lib/error.ts';
import type { ExecutionResult, Receipt } from '../domain/execution/execution.ts';
import type { KubeObject } from '../domain/kubernetes/object.ts';
import type { Step } from '../domain/plan/plan.ts';
import { runStep, type StepContext } from '../steps/run-step.ts';
import type { KubernetesApi } from '../steps/kubernetes-api.ts';
import type { Tracing } from '../platform/telemetry.ts';
import type { Facts } from './checks/facts.ts';
import { note } from './append-record.ts';
import { stopped } from './outcome.ts';
import { undoOf } from './checks/plan-checks.ts';
import type { Claim, ExecutionRecord } from './ports.ts';
import { withGrant, type GrantDeps } from './with-grant.ts';

export interface RunDeps extends GrantDeps {
  /** The redacted form of live objects, over which bases were signed. */
  redact: (objects: KubeObject[]) => Promise<KubeObject[]>;
  /** Each step is a span of the incident's trace. */
  span: Tracing['within'];
}

/** One checked execution; `before` is the execution that an undo takes back. */
export interface Run {
  facts: Facts;
  claim: Claim;
  before?: ExecutionRecord | undefined;
}

/** Tries of one step whose object was written by somebody else between read and write, each with a new comparison. */
const conflictTries = 5;
const conflictPause = 100;

/**
 * Runs the steps that the ledger does not have as applied, in order, with one grant.
 * @throws AirlockError (retry) where an answer is missing: the next attempt finds out what happened.
 */
export async function runSteps(deps: RunDeps, run: Run): Promise<ExecutionResult> {
  const { id: execution, receipts } = await run.claim.record();
  const steps = stepsOf(run).filter((step) => !isIn('applied', receipts, step));
  if (steps.length === 0 && receipts.length > 0) return { outcome: 'executed', execution, receipts };
  if (steps.length === 0)
    return stopped(run.claim, [run.facts.dossier.plan.noUndo ?? 'no step was applied: nothing to undo']);
  try {
    await withGrant(deps, run, async (api) => {
      for (const step of steps) {
        const turn = { api, step, retry: isIn('intended', receipts, step) };
        await deps.span('step', { step: step.id, action: step.action }, () => runOne(deps, run, turn));
      }
    });
  } catch (thrown) {
    // Where a step failed and its lease could not be ended, the lease comes first.
    const error: unknown = thrown instanceof SuppressedError ? thrown.error : thrown;
    if (!(error instanceof AirlockError) || error.next === 'retry') throw error;
    return stopped(run.claim, [error.message]);
  }
  const { receipts: all } = await run.claim.record();
  return { outcome: 'executed', execution, receipts: all };
}

/** An undo takes back only what the ledger has as applied. */
function stepsOf({ facts, before }: Run): Step[] {
  const { plan } = facts.dossier;
  if (!before) return plan.steps;
  const applied = before.receipts.filter((receipt) => receipt.state === 'applied').map(({ step }) => undoOf(step));
  return plan.undo.filter((step) => applied.includes(step.id));
}

function isIn(state: Receipt['state'], receipts: readonly Receipt[], step: Step): boolean {
  return receipts.some((receipt) => receipt.step === step.id && receipt.state === state);
}

interface Turn {
  api: KubernetesApi;
  step: Step;
  retry: boolean;
}

async function runOne(deps: RunDeps, { facts, claim }: Run, { api, step, retry }: Turn): Promise<void> {
  const { id: execution, ...subject } = await claim.record();
  const context: StepContext = {
    api,
    namespace: facts.dossier.plan.namespace,
    stamp: { execution, step: step.id, trace: subject.trace },
    redact: deps.redact,
    retry,
    async intended(resourceVersion) {
      const body = { execution, step: step.id, resourceVersion };
      await note(deps.journal, 'step.intended', subject, { fact: `${step.id}: ${step.action}`, body });
      await claim.intended(step.id, resourceVersion);
    },
    async applied(resourceVersion) {
      const body = { execution, step: step.id, resourceVersion };
      const fact = `${step.id}: ${step.action}, resourceVersion ${resourceVersion}`;
      await note(deps.journal, 'step.applied', subject, { fact, body });
      await claim.applied(step.id, resourceVersion);
    },
  };
  for (let tries = 1; ; tries += 1) {
    try {
      return await runStep(step, context);
    } catch (error) {
      if (tries === conflictTries || !isConflict(error)) throw error;
      await pause(conflictPause);
    }
  }
}

/** The write's preconditions were refused, so nothing was written: status and HPA writes do that all the time. */
function isConflict(error: unknown): boolean {
  if (!(error instanceof AirlockError) || error.next !== 'retry') return false;
  return ['kubernetes-conflict', 'kubernetes-invalid'].includes(error.code);
}
