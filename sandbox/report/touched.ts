import { bind } from '../../src/actions/registry.ts';
import { describeRef, type ObjectRef } from '../../src/domain/kubernetes/object.ts';
import type { Plan } from '../../src/domain/plan/plan.ts';

/** Returns the objects that the plan's steps and undo steps change, each once, sorted by kind and name. */
export function touchedObjectsOf(plan: Plan): ObjectRef[] {
  const touched = new Map<string, ObjectRef>();
  for (const step of [...plan.steps, ...plan.undo]) {
    const { action, input } = bind(plan.namespace, step);
    const [changed] = action.objectsToRead(input);
    if (changed) touched.set(describeRef(changed), changed);
  }
  return [...touched].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, ref]) => ref);
}
