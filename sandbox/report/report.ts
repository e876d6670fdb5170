import { findObject } from '../../src/domain/kubernetes/object.ts';
import { controlledBy, replicaSetsOf } from '../../src/domain/kubernetes/owner-chain.ts';
import { planDigest } from '../../src/domain/plan/plan.ts';
import type { SandboxReport } from '../../src/domain/rehearsal/report.ts';
import type { Bundle } from '../../src/domain/rehearsal/snapshot.ts';
import { runChecks } from '../checks/checks.ts';
import type { EarlyOutcome } from './early-outcome.ts';
import type { CheckInput } from './check-input.ts';
import { predictions } from './predictions.ts';
import type { SandboxRun } from '../run/run-plan.ts';
import type { Timeline } from '../run/timeline.ts';
import { unknowns } from './unknowns.ts';

/**
 * Returns the report of a rehearsal that did not end early. If the plan was refused, the report has no predictions.
 * The reports of two rehearsals of the same bundle differ only in `record` (times, and the nodes of pods).
 */
export function reportOf(input: CheckInput, timeline: Timeline): SandboxReport {
  const { plan, planRun } = input;
  const checks = runChecks(input);
  const failed = checks.filter((check) => !check.passed);
  const appliedRun = planRun && !planRun.refusal ? planRun : undefined;
  return {
    ...commonFields(plan),
    outcome: failed.length === 0 ? 'safe' : 'unsafe',
    reason:
      failed.length === 0
        ? 'every check passed'
        : failed
            .map(({ id, sentence }) => `${sentence} (failed check: ${id})`)
            .join('; ')
            .slice(0, 4000),
    checks,
    predictions: appliedRun ? predictions(input, appliedRun) : [],
    unknowns: unknowns(input),
    record: { ...timeline.record(), placement: appliedRun ? placement(input, appliedRun) : {} },
  };
}

/** Returns the report of a rehearsal that ended early. The report has no checks and no predictions. */
export function earlyReport(bundle: Bundle, early: EarlyOutcome, timeline: Timeline): SandboxReport {
  return {
    ...commonFields(bundle.plan),
    outcome: early.outcome,
    reason: early.message.slice(0, 4000),
    checks: [],
    predictions: [],
    unknowns: [],
    record: { ...timeline.record(), placement: {} },
  };
}

function commonFields(plan: Bundle['plan']): Pick<SandboxReport, 'version' | 'fidelity' | 'plan'> {
  return { version: 'airlock-report/1', fidelity: 'control-plane', plan: planDigest(plan) };
}

/** Returns the node of each pod of the changed Deployments. The keys are the names of the pods in the sandbox. */
function placement({ touched }: CheckInput, { objects }: SandboxRun): Record<string, string> {
  const pods = touched.flatMap((ref) => {
    const deployment = findObject(objects, ref);
    return deployment ? replicaSetsOf(objects, deployment).flatMap((set) => controlledBy(objects, set)) : [];
  });
  return Object.fromEntries(pods.map((pod) => [pod.metadata.name, String(pod['spec']?.nodeName ?? 'no node')]));
}
