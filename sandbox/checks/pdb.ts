import { condition, isLivePod } from '../../src/domain/kubernetes/object-status.ts';
import { describeRef, findObject, refOf, type KubeObject } from '../../src/domain/kubernetes/object.ts';
import type { Check } from '../../src/domain/rehearsal/report.ts';
import { livePodsOf } from '../../src/domain/kubernetes/owner-chain.ts';
import { check, type Findings } from '../report/findings.ts';
import { matchesSelector } from '../../src/domain/kubernetes/label-selector.ts';
import type { Replay } from '../replay/replay.ts';

/**
 * No PodDisruptionBudget that was met before the plan is violated after it. Rollouts and scaling do not use the eviction
 * API, so nothing stops them from violating a budget.
 */
export function pdb(findings: Findings, replay: Replay): Check {
  const budgets = findings.before.filter((object) => object.kind === 'PodDisruptionBudget');
  const violated = budgets.filter((budget) => {
    const now = findObject(replay.objects, refOf(budget)) ?? budget;
    const affected = findings.touched.some((ref) => {
      const deployment = findObject(replay.objects, ref);
      return deployment && livePodsOf(replay.objects, deployment).some((pod) => covers(budget, pod));
    });
    return (
      affected &&
      healthy(budget, findings.before) >= desiredHealthy(now) &&
      healthy(budget, replay.objects) < desiredHealthy(now)
    );
  });
  return check(
    'pdb',
    violated.map((budget) => `${describeRef(refOf(budget))} was met before the plan and is violated after it`),
    {
      passed: 'the plan violates no PodDisruptionBudget that was met before',
      failed: 'the plan violates a PodDisruptionBudget',
    },
  );
}

/** The number that the disruption controller computed for this budget. */
function desiredHealthy(budget: KubeObject): number {
  return budget['status']?.desiredHealthy ?? 0;
}

function healthy(budget: KubeObject, objects: readonly KubeObject[]): number {
  return objects.filter((o) => isLivePod(o) && covers(budget, o) && condition(o, 'Ready')?.status === 'True').length;
}

function covers(budget: KubeObject, pod: KubeObject): boolean {
  return pod.metadata.namespace === budget.metadata.namespace && matchesSelector(budget['spec']?.selector, pod);
}
