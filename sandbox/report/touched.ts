import { bind } from '../../src/actions/registry.ts';
import { describeRef, type ObjectRef } from '../../src/domain/kubernetes/object.ts';
import type { Plan } from '../../src/domain/plan/plan.ts';

/** The objects that the steps and the undo steps of the plan change, each once, sorted by kind and name. */
export function touchedBy(plan: Plan): ObjectRef[] {
  const targets = new Map<string, ObjectRef>();
  for (const step of [...plan.steps, ...plan.undo]) {
    const { action, input } = bind(plan.namespace, step);
    const [target] = action.reads(input);
    if (target) targets.set(describeRef(target), target);
  }
  return [...targets].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, ref]) => ref);
}
