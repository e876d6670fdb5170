import { describeRef, findObject, refOf, type KubeObject } from '../../src/domain/kubernetes/object.ts';
import type { Check } from '../../src/domain/rehearsal/report.ts';
import type { ReadyPodCounts } from '../run/ready-pods.ts';
import { behaviourOf } from '../model/behaviours.ts';
import { replicaSetsOf } from '../../src/domain/kubernetes/owner-chain.ts';
import { checkResult, type CheckInput } from '../report/check-input.ts';
import type { SandboxRun } from '../run/run-plan.ts';
import { isRolledOut } from '../run/settling.ts';

/**
 * Passes if each changed Deployment has enough ready pods:
 * - While the plan runs: at least min(ready pods at the start, `replicas` - `maxUnavailable` of the rollout strategy).
 * - At the end: at least min(ready pods at the start, `replicas`). Not checked if `isReadinessUnknown`.
 */
export function checkAvailability(input: CheckInput, run: SandboxRun): Check {
  const failures = run.readyPods.flatMap((counts) => {
    const deployment = findObject(run.objects, counts.workload);
    return deployment ? shortfalls(deployment, counts, isReadinessUnknown(input, run, deployment)) : [];
  });
  return checkResult('availability', failures, {
    passed: 'the number of ready pods stayed within the limits of the rollout strategy and recovered',
    failed: 'the plan reduces the number of ready pods',
  });
}

function shortfalls(deployment: KubeObject, counts: ReadyPodCounts, readinessUnknown: boolean): string[] {
  const { replicas = 1 } = deployment['spec'];
  const floor = Math.min(counts.start, replicas - maxUnavailable(deployment));
  const expected = Math.min(counts.start, replicas);
  const name = describeRef(counts.workload);
  return [
    ...(counts.lowest < floor ? [`${name} fell below ${floor} ready pods during the rollout`] : []),
    // If readiness is unknown, the sandbox never makes pods of the new template ready. So a low number of ready pods
    // says nothing about the target.
    ...(counts.end < expected && !readinessUnknown
      ? [`${name} had ${counts.start} ready pods at the start and has ${counts.end} at the end`]
      : []),
  ];
}

/** Returns true if the rollout is incomplete and the behaviour of some of its pods is unknown. */
function isReadinessUnknown({ behaviours }: CheckInput, { objects }: SandboxRun, deployment: KubeObject): boolean {
  const unknown = replicaSetsOf(objects, deployment).some(
    (set) => (set['spec']?.replicas ?? 0) > 0 && behaviourOf(behaviours, set).kind === 'unknown',
  );
  return unknown && !isRolledOut(objects, refOf(deployment));
}

/**
 * Returns how many pods may be unavailable during a rollout. With strategy `Recreate`, all. With `RollingUpdate`, a
 * percentage in maxUnavailable is rounded down. If maxUnavailable and maxSurge are both 0, the result is 1, because
 * with 0 the rollout could not proceed (ResolveFenceposts, pkg/controller/deployment/util).
 */
export function maxUnavailable(deployment: KubeObject): number {
  const { replicas = 1, strategy } = deployment['spec'];
  if (strategy?.type === 'Recreate') return replicas;
  const rolling = strategy?.rollingUpdate ?? {};
  const unavailable = Math.floor(podsOf(rolling.maxUnavailable ?? '25%', replicas));
  const surge = Math.ceil(podsOf(rolling.maxSurge ?? '25%', replicas));
  return unavailable === 0 && surge === 0 ? 1 : unavailable;
}

function podsOf(value: number | string, replicas: number): number {
  return typeof value === 'number' ? value : (Number.parseInt(value, 10) / 100) * replicas;
}
