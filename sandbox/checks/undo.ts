import { propose } from '../../src/actions/propose.ts';
import { sameJson } from '../../src/lib/json/json.ts';
import type { KubeObject } from '../../src/domain/kubernetes/object.ts';
import type { Plan } from '../../src/domain/plan/plan.ts';
import type { Check } from '../../src/domain/rehearsal/report.ts';
import { checkResult, type CheckInput } from '../report/check-input.ts';
import { describeRefusal } from './admission.ts';

/**
 * Passes if the undo ran and restored all fields that the steps of the plan read or write. For each step the check
 * computes uid and digest of these fields from the objects after the undo, and compares them with the precondition in the
 * plan. A plan without an undo passes if `noUndo` gives the reason.
 */
export function checkUndo({ plan, planRun, undoRun }: CheckInput): Check {
  return checkResult('undo', failures(plan, planRun !== undefined && !planRun.refusal, undoRun), {
    passed:
      plan.undo.length > 0
        ? 'the undo ran after the plan and restored what the plan had changed'
        : `not applicable, because the plan has no undo: ${plan.noUndo ?? ''}`,
    failed: 'the rehearsal did not show that the plan can be undone',
  });
}

function failures(plan: Plan, planSucceeded: boolean, undoRun: CheckInput['undoRun']): string[] {
  if (plan.undo.length === 0) return plan.noUndo ? [] : ['the plan has no undo and gives no reason for that'];
  if (!planSucceeded) return ['the undo was not run, because the plan was refused'];
  if (!undoRun) return ['the undo was not run'];
  if (undoRun.refusal) return [describeRefusal(undoRun.refusal)];
  return differencesAfterUndo(plan, undoRun.objects);
}

function differencesAfterUndo(plan: Plan, objectsAfterUndo: readonly KubeObject[]): string[] {
  const inNamespace = objectsAfterUndo.filter((object) => object.metadata.namespace === plan.namespace);
  const { steps: stepsAfterUndo } = propose(plan.namespace, plan.steps, inNamespace);
  return plan.steps
    .filter((step, index) => !sameJson(step.precondition, stepsAfterUndo[index]?.precondition))
    .map((step) => `step ${step.id}: after the undo, the objects of this step are not as they were before the plan`);
}
