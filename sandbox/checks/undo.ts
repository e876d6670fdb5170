import { propose } from '../../src/actions/propose.ts';
import { sameJson } from '../../src/lib/json.ts';
import type { KubeObject } from '../../src/domain/kubernetes/object.ts';
import type { Plan } from '../../src/domain/plan/plan.ts';
import type { Check } from '../../src/domain/rehearsal/report.ts';
import { check, type Findings } from '../report/findings.ts';
import { describeRefusal } from './admission.ts';

/** The undo ran too and restored what the steps wrote: the preconditions of the steps are the same again. */
export function undo({ plan, done, undone }: Findings): Check {
  return check('undo', failures(plan, done !== undefined && !done.refusal, undone), {
    passed:
      plan.undo.length > 0 ? 'the undo restores what the steps changed' : `there is no undo: ${plan.noUndo ?? ''}`,
    failed: 'the undo of the plan does not restore what the steps changed',
  });
}

function failures(plan: Plan, applied: boolean, undone: Findings['undone']): string[] {
  if (plan.undo.length === 0) return plan.noUndo ? [] : ['the plan has no undo and does not say why'];
  if (!applied) return ['the undo was not run, because the plan could not be applied'];
  if (!undone) return ['the undo was not run'];
  if (undone.refusal) return [describeRefusal(undone.refusal)];
  return notRestored(plan, undone.objects);
}

function notRestored(plan: Plan, objects: readonly KubeObject[]): string[] {
  const inNamespace = objects.filter((object) => object.metadata.namespace === plan.namespace);
  const { steps } = propose(plan.namespace, plan.steps, inNamespace);
  return plan.steps
    .filter((step, index) => !sameJson(step.precondition, steps[index]?.precondition))
    .map((step) => `step ${step.id}: its objects differ from those before the plan`);
}
