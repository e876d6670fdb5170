import { describeRef, findObject, refOf, type KubeObject } from '../../src/domain/kubernetes/object.ts';
import type { Check } from '../../src/domain/rehearsal/report.ts';
import type { ReadyPodCounts } from '../run/ready-pods.ts';
import { behaviourOf } from '../model/behaviours.ts';
import { replicaSetsOf } from '../../src/domain/kubernetes/owner-chain.ts';
import { checkResult, type CheckInput } from '../report/check-input.ts';
import type { SandboxRun } from '../run/run-plan.ts';
import { isRolledOut } from '../run/settling.ts';

/**
 * Fails if a changed Deployment has too few ready pods. It must have:
 * - at every moment: at least min(ready pods at the start, `replicas` minus `maxUnavailable`).
 * - at the end: at least min(ready pods at the start, `replicas`). Not checked if `isReadinessUnknown`.
 *
 * `replicas` and `maxUnavailable` are the values after the plan.
 */
export function checkAvailability(input: CheckInput, run: SandboxRun): Check {
  const failures = run.readyPods.flatMap((counts) => {
    const deployment = findObject(run.objects, counts.workload);
    return deployment ? shortfalls(deployment, counts, isReadinessUnknown(input, run, deployment)) : [];
  });
  return checkResult('availability', failures, {
    passed: 'as far as readiness can be predicted, every changed Deployment has enough ready pods',
    failed: 'a changed Deployment has too few ready pods during the plan or after the plan',
  });
}

function shortfalls(deployment: KubeObject, counts: ReadyPodCounts, readinessUnknown: boolean): string[] {
  const { replicas = 1 } = deployment['spec'];
  const neededAlways = Math.min(counts.start, replicas - maxUnavailable(deployment));
  const neededAtEnd = Math.min(counts.start, replicas);
  const name = describeRef(counts.workload);
  return [
    ...(counts.lowest < neededAlways ? [`${name} fell below ${neededAlways} ready pods during the plan`] : []),
    // The sandbox never makes pods of unknown behaviour ready. So if readiness is unknown, a low number of ready pods
    // says nothing about the target.
    ...(counts.end < neededAtEnd && !readinessUnknown
      ? [
          `${name} needs ${neededAtEnd} ready pods after the plan and has ${counts.end} (before the plan: ${counts.start})`,
        ]
      : []),
  ];
}

/** Returns true if the rollout of the Deployment is incomplete and some of its pods have unknown behaviour. */
function isReadinessUnknown({ behaviours }: CheckInput, { objects }: SandboxRun, deployment: KubeObject): boolean {
  const unknown = replicaSetsOf(objects, deployment).some(
    (set) => (set['spec']?.replicas ?? 0) > 0 && behaviourOf(behaviours, set).kind === 'unknown',
  );
  return unknown && !isRolledOut(objects, refOf(deployment));
}

/**
 * Returns how many pods may be unavailable during a rollout. With strategy `Recreate`, these are all pods. Otherwise,
 * maxUnavailable is rounded down and maxSurge is rounded up. If both results are 0, one pod may be unavailable. Without
 * this rule, the rollout could not proceed (ResolveFenceposts, pkg/controller/deployment/util).
 */
export function maxUnavailable(deployment: KubeObject): number {
  const { replicas = 1, strategy } = deployment['spec'];
  if (strategy?.type === 'Recreate') return replicas;
  const rolling = strategy?.rollingUpdate ?? {};
  const unavailable = Math.floor(podCountOf(rolling.maxUnavailable ?? '25%', replicas));
  const surge = Math.ceil(podCountOf(rolling.maxSurge ?? '25%', replicas));
  return unavailable === 0 && surge === 0 ? 1 : unavailable;
}

/** Returns the number of pods for a number or a percentage such as `25%`. */
function podCountOf(value: number | string, replicas: number): number {
  return typeof value === 'number' ? value : (Number.parseInt(value, 10) / 100) * replicas;
}
