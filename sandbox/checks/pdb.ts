import { condition, isLivePod } from '../../src/domain/rehearsal/measurement.ts';
import { describeRef, findObject, refOf, type KubeObject } from '../../src/domain/kubernetes/object.ts';
import type { Check } from '../../src/domain/rehearsal/report.ts';
import { podsOf } from '../load/faithful.ts';
import { check, type Findings } from '../report/findings.ts';
import { matchesSelector } from '../label-selector.ts';
import type { Replay } from '../replay/replay.ts';

/**
 * Rollouts and scaling do not ask PodDisruptionBudgets, so one can be broken by them: reported where one that was
 * kept when the plan began is not kept when it has settled.
 */
export function pdb(findings: Findings, replay: Replay): Check {
  const budgets = findings.before.filter((object) => object.kind === 'PodDisruptionBudget');
  const broken = budgets.filter((budget) => {
    const now = findObject(replay.objects, refOf(budget)) ?? budget;
    const touchesIt = findings.touched.some((ref) => {
      const deployment = findObject(replay.objects, ref);
      return deployment && podsOf(replay.objects, deployment).some((pod) => covers(budget, pod));
    });
    return (
      touchesIt && healthy(budget, findings.before) >= wanted(now) && healthy(budget, replay.objects) < wanted(now)
    );
  });
  return check(
    'pdb',
    broken.map((budget) => `${describeRef(refOf(budget))} was kept before and is not kept after`),
    { passed: 'every PodDisruptionBudget is kept as well as before', failed: 'the plan breaks a PodDisruptionBudget' },
  );
}

/** The disruption controller's own figure for this budget. */
function wanted(budget: KubeObject): number {
  return budget['status']?.desiredHealthy ?? 0;
}

function healthy(budget: KubeObject, objects: readonly KubeObject[]): number {
  return objects.filter((o) => isLivePod(o) && covers(budget, o) && condition(o, 'Ready')?.status === 'True').length;
}

function covers(budget: KubeObject, pod: KubeObject): boolean {
  return pod.metadata.namespace === budget.metadata.namespace && matchesSelector(budget['spec']?.selector, pod);
}
