import { propose } from '../../src/actions/propose.ts';
import { sameJson } from '../../src/lib/json/json.ts';
import type { KubeObject } from '../../src/domain/kubernetes/object.ts';
import type { Plan } from '../../src/domain/plan/plan.ts';
import type { Check } from '../../src/domain/rehearsal/report.ts';
import { checkResult, type CheckInput } from '../report/check-input.ts';
import { describeRefusal } from './admission.ts';

/**
 * Passes if the undo ran and every step has the same precondition after the undo as before the plan. Then the undo
 * restored all fields that the steps read or write. A plan without an undo passes if `noUndo` gives the reason.
 */
export function checkUndo({ plan, planRun, undoRun }: CheckInput): Check {
  return checkResult('undo', failures(plan, planRun !== undefined && !planRun.refusal, undoRun), {
    passed:
      plan.undo.length > 0
        ? 'the undo was run too, and it restored what the plan changed'
        : `not applicable, because the plan has no undo: ${plan.noUndo ?? ''}`,
    failed: 'the undo did not restore what the plan changed',
  });
}

function failures(plan: Plan, applied: boolean, undoRun: CheckInput['undoRun']): string[] {
  if (plan.undo.length === 0) return plan.noUndo ? [] : ['the plan has no undo and does not say why'];
  if (!applied) return ['the undo was not run, because the plan could not be applied'];
  if (!undoRun) return ['the undo was not run'];
  if (undoRun.refusal) return [describeRefusal(undoRun.refusal)];
  return notRestored(plan, undoRun.objects);
}

function notRestored(plan: Plan, objectsAfterUndo: readonly KubeObject[]): string[] {
  const inNamespace = objectsAfterUndo.filter((object) => object.metadata.namespace === plan.namespace);
  const { steps: stepsAfterUndo } = propose(plan.namespace, plan.steps, inNamespace);
  return plan.steps
    .filter((step, index) => !sameJson(step.precondition, stepsAfterUndo[index]?.precondition))
    .map((step) => `step ${step.id}: its objects differ from those before the plan`);
}
