import { describeRef, findObject, refOf, type KubeObject } from '../../src/domain/kubernetes/object.ts';
import type { Check } from '../../src/domain/rehearsal/report.ts';
import type { Availability } from '../replay/availability.ts';
import { behaviourOf } from '../model/behaviours.ts';
import { replicaSetsOf } from '../../src/domain/kubernetes/owner-chain.ts';
import { check, type Findings } from '../report/findings.ts';
import type { Replay } from '../replay/replay.ts';
import { isRolledOut } from '../replay/settling.ts';

/**
 * While the plan ran, the number of ready pods was never below min(ready at the start, replicas - maxUnavailable of the
 * strategy). At the end it was at least min(ready at the start, replicas).
 */
export function availability(findings: Findings, replay: Replay): Check {
  const failures = replay.availability.flatMap((counts) => {
    const deployment = findObject(replay.objects, counts.workload);
    return deployment ? shortfalls(deployment, counts, isReadinessUnknown(findings, replay, deployment)) : [];
  });
  return check('availability', failures, {
    passed: 'the number of ready pods stayed within the rollout strategy and recovered',
    failed: 'the plan reduces the number of ready pods',
  });
}

function shortfalls(deployment: KubeObject, counts: Availability, readinessUnknown: boolean): string[] {
  const { replicas = 1 } = deployment['spec'];
  const floor = Math.min(counts.start, replicas - maxUnavailable(deployment));
  const expected = Math.min(counts.start, replicas);
  const name = describeRef(counts.workload);
  return [
    ...(counts.least < floor ? [`${name} fell below ${floor} ready pods during the rollout`] : []),
    // If readiness is unknown, pods of the new template never become ready in the sandbox. That shows nothing.
    ...(counts.end < expected && !readinessUnknown
      ? [`${name} had ${counts.start} ready pods at the start and has ${counts.end} at the end`]
      : []),
  ];
}

/** True where the rollout is not complete because the readiness of its pods is unknown. */
function isReadinessUnknown({ behaviours }: Findings, { objects }: Replay, deployment: KubeObject): boolean {
  const unknown = replicaSetsOf(objects, deployment).some(
    (set) => (set['spec']?.replicas ?? 0) > 0 && behaviourOf(behaviours, set).kind === 'unknown',
  );
  return unknown && !isRolledOut(objects, refOf(deployment));
}

/**
 * The number of pods that the strategy allows to be unavailable: percentages round down, and 0 together with no surge counts as 1
 * (ResolveFenceposts, pkg/controller/deployment/util).
 */
export function maxUnavailable(deployment: KubeObject): number {
  const { replicas = 1, strategy } = deployment['spec'];
  if (strategy?.type === 'Recreate') return replicas;
  const rolling = strategy?.rollingUpdate ?? {};
  const unavailable = Math.floor(resolved(rolling.maxUnavailable ?? '25%', replicas));
  const surge = Math.ceil(resolved(rolling.maxSurge ?? '25%', replicas));
  return unavailable === 0 && surge === 0 ? 1 : unavailable;
}

function resolved(value: number | string, replicas: number): number {
  return typeof value === 'number' ? value : (Number.parseInt(value, 10) / 100) * replicas;
}
