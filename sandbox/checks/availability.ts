import { describeRef, findObject, refOf, type KubeObject } from '../../src/domain/kubernetes/object.ts';
import type { Check } from '../../src/domain/rehearsal/report.ts';
import type { Availability } from '../replay/availability.ts';
import { behaviourOf } from '../model/behaviours.ts';
import { setsOf } from '../load/faithful.ts';
import { check, type Findings } from '../report/findings.ts';
import type { Replay } from '../replay/replay.ts';
import { isRolledOut } from '../replay/settling.ts';

/**
 * While the plan ran, ready pods were never fewer than min(ready at the start, replicas - maxUnavailable of the
 * strategy); when it had settled they were as many as at the start, or as are wanted where fewer are wanted.
 */
export function availability(findings: Findings, replay: Replay): Check {
  const failures = replay.availability.flatMap((seen) => {
    const deployment = findObject(replay.objects, seen.workload);
    return deployment ? shortfalls(deployment, seen, isOpen(findings, replay, deployment)) : [];
  });
  return check('availability', failures, {
    passed: 'ready pods never fell below what the rollout strategy allows, and came back',
    failed: 'the plan takes away ready pods',
  });
}

function shortfalls(deployment: KubeObject, seen: Availability, open: boolean): string[] {
  const { replicas = 1 } = deployment['spec'];
  const floor = Math.min(seen.start, replicas - maxUnavailable(deployment));
  const wanted = Math.min(seen.start, replicas);
  const name = describeRef(seen.workload);
  return [
    ...(seen.least < floor ? [`${name} fell below ${floor} ready pods while it was rolled out`] : []),
    // Where readiness is not known, pods of the new template never become ready here: that proves nothing.
    ...(seen.end < wanted && !open ? [`${name} had ${seen.start} ready pods and ends with ${seen.end}`] : []),
  ];
}

/** True where the rollout is stuck because nobody knows whether its pods become ready. */
function isOpen({ behaviours }: Findings, { objects }: Replay, deployment: KubeObject): boolean {
  const unknown = setsOf(objects, deployment).some(
    (set) => (set['spec']?.replicas ?? 0) > 0 && behaviourOf(behaviours, set).kind === 'unknown',
  );
  return unknown && !isRolledOut(objects, refOf(deployment));
}

/**
 * Pods that the strategy lets be unavailable: percentages round down, and 0 together with no surge counts as 1
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
