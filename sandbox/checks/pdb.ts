import { conditionOf, isLivePod } from '../../src/domain/kubernetes/object-status.ts';
import { describeRef, findObject, refOf, type KubeObject } from '../../src/domain/kubernetes/object.ts';
import type { Check } from '../../src/domain/rehearsal/report.ts';
import { livePodsOf } from '../../src/domain/kubernetes/owner-chain.ts';
import { checkResult, type CheckInput } from '../report/check-input.ts';
import { matchesSelector } from '../../src/domain/kubernetes/label-selector.ts';
import type { SandboxRun } from '../run/run-plan.ts';

/**
 * Fails if a PodDisruptionBudget was satisfied before the plan and is violated after the plan. Ignores a budget that,
 * after the plan, selects no pod of a changed Deployment. A plan can violate a budget: the API server enforces budgets
 * only for evictions, and rollouts and scaling do not evict pods. The number of healthy pods before the plan and the
 * number after the plan are both compared with `desiredHealthy` after the plan.
 */
export function checkPdb(input: CheckInput, run: SandboxRun): Check {
  const budgets = input.before.filter((object) => object.kind === 'PodDisruptionBudget');
  const violated = budgets.filter((budget) => {
    const budgetAfter = findObject(run.objects, refOf(budget)) ?? budget;
    const isAffected = input.touched.some((ref) => {
      const deployment = findObject(run.objects, ref);
      return deployment && livePodsOf(run.objects, deployment).some((pod) => selects(budget, pod));
    });
    return (
      isAffected &&
      healthyPodCount(budget, input.before) >= desiredHealthy(budgetAfter) &&
      healthyPodCount(budget, run.objects) < desiredHealthy(budgetAfter)
    );
  });
  return checkResult(
    'pdb',
    violated.map(
      (budget) => `${describeRef(refOf(budget))} was satisfied before the plan and is violated after the plan`,
    ),
    {
      passed: 'the plan violates no PodDisruptionBudget that was satisfied before the plan',
      failed: 'the plan violates a PodDisruptionBudget that was satisfied before the plan',
    },
  );
}

/** Returns the number of healthy pods that the budget demands, as the disruption controller has computed it. */
function desiredHealthy(budget: KubeObject): number {
  return budget['status']?.desiredHealthy ?? 0;
}

function healthyPodCount(budget: KubeObject, objects: readonly KubeObject[]): number {
  return objects.filter((pod) => isLivePod(pod) && selects(budget, pod) && conditionOf(pod, 'Ready')?.status === 'True')
    .length;
}

function selects(budget: KubeObject, pod: KubeObject): boolean {
  return pod.metadata.namespace === budget.metadata.namespace && matchesSelector(budget['spec']?.selector, pod);
}
