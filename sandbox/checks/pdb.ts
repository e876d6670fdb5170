import { conditionOf, isLivePod } from '../../src/domain/kubernetes/object-status.ts';
import { describeRef, findObject, refOf, type KubeObject } from '../../src/domain/kubernetes/object.ts';
import type { Check } from '../../src/domain/rehearsal/report.ts';
import { livePodsOf } from '../../src/domain/kubernetes/owner-chain.ts';
import { checkResult, type CheckInput } from '../report/check-input.ts';
import { matchesSelector } from '../../src/domain/kubernetes/label-selector.ts';
import type { SandboxRun } from '../run/run-plan.ts';

/**
 * Fails if a PodDisruptionBudget was satisfied before the plan and is violated after it. Looks only at budgets that
 * cover a pod of a changed Deployment after the plan. The API server enforces budgets only in the eviction API.
 * Rollouts and scaling do not use that API, so a plan can violate a budget.
 */
export function checkPdb(input: CheckInput, run: SandboxRun): Check {
  const budgets = input.before.filter((object) => object.kind === 'PodDisruptionBudget');
  const violated = budgets.filter((budget) => {
    const budgetAfter = findObject(run.objects, refOf(budget)) ?? budget;
    const affected = input.touched.some((ref) => {
      const deployment = findObject(run.objects, ref);
      return deployment && livePodsOf(run.objects, deployment).some((pod) => covers(budget, pod));
    });
    return (
      affected &&
      healthyPods(budget, input.before) >= desiredHealthy(budgetAfter) &&
      healthyPods(budget, run.objects) < desiredHealthy(budgetAfter)
    );
  });
  return checkResult(
    'pdb',
    violated.map((budget) => `${describeRef(refOf(budget))} was satisfied before the plan and is violated after it`),
    {
      passed: 'every PodDisruptionBudget that was satisfied before the plan is still satisfied after it',
      failed: 'the plan violates a PodDisruptionBudget that was satisfied before the plan',
    },
  );
}

/** The number of healthy pods that the budget demands. The disruption controller computes this number. */
function desiredHealthy(budget: KubeObject): number {
  return budget['status']?.desiredHealthy ?? 0;
}

function healthyPods(budget: KubeObject, objects: readonly KubeObject[]): number {
  return objects.filter((pod) => isLivePod(pod) && covers(budget, pod) && conditionOf(pod, 'Ready')?.status === 'True')
    .length;
}

function covers(budget: KubeObject, pod: KubeObject): boolean {
  return pod.metadata.namespace === budget.metadata.namespace && matchesSelector(budget['spec']?.selector, pod);
}
