import { applyChange } from '../domain/plan/apply-change.ts';
import { refOf, sameRef, type KubeObject, type ObjectRef } from '../domain/kubernetes/object.ts';
import type { Plan } from '../domain/plan/plan.ts';
import { mustFind } from './deployment.ts';
import { bind } from './registry.ts';

/** One object that a plan changes, as it is before the plan, and as the steps write it. */
export interface ChangedObject {
  ref: ObjectRef;
  before: KubeObject;
  after: KubeObject;
}

/**
 * Applies the patch of each step, in order, to copies of the objects. The patches are those that `runStep` sends, except
 * for the ids in the ownership annotations. No controller, webhook or default value has an effect on the result.
 * @param objects redacted objects, such as those of a snapshot.
 * @returns the objects that the steps change, each once, in the order of the steps.
 * @throws AirlockError `object-not-found` or `precondition-changed` if the plan does not fit the objects.
 */
export function plannedChange(
  { namespace, steps }: Pick<Plan, 'namespace' | 'steps'>,
  objects: readonly KubeObject[],
): ChangedObject[] {
  const current = [...objects];
  const changed: ObjectRef[] = [];
  for (const step of steps) {
    const { action, input } = bind(namespace, step);
    const change = action.change(input, current, { execution: 'rehearsal', step: step.id, trace: 'rehearsal' });
    const written = applyChange(mustFind(current, change.object), change);
    current.splice(
      current.findIndex((object) => sameRef(refOf(object), change.object)),
      1,
      written,
    );
    if (!changed.some((ref) => sameRef(ref, change.object))) changed.push(change.object);
  }
  return changed.map((ref) => ({ ref, before: mustFind(objects, ref), after: mustFind(current, ref) }));
}
