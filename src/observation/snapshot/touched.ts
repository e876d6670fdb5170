import { bind } from '../../actions/registry.ts';
import { findObject, type KubeObject, type ObjectRef } from '../../domain/kubernetes/object.ts';
import { withControlled } from '../../domain/kubernetes/owner-chain.ts';
import type { Plan } from '../../domain/plan/plan.ts';

/** Returns the objects that the steps of a plan change, in the order of the steps, each object once. */
export function objectsChangedBy(plan: Pick<Plan, 'namespace' | 'steps'>): ObjectRef[] {
  const changed = plan.steps.flatMap((step) => {
    const { action, input } = bind(plan.namespace, step);
    return action.objectsToRead(input).slice(0, 1); // the first object that a step reads is the object that it changes
  });
  const once = new Map(changed.map((ref) => [`${ref.apiVersion} ${ref.kind} ${ref.namespace ?? ''}/${ref.name}`, ref]));
  return [...once.values()];
}

/**
 * Returns the objects that a plan changes, and the objects that they control, directly or through others. A Deployment
 * controls its ReplicaSets, and through the ReplicaSets their pods.
 * @param objects the objects to search. The result contains no other objects.
 */
export function touchedBy(plan: Pick<Plan, 'namespace' | 'steps'>, objects: readonly KubeObject[]): KubeObject[] {
  const changed = objectsChangedBy(plan).flatMap((ref) => findObject(objects, ref) ?? []);
  return changed.flatMap((object) => withControlled(objects, object));
}
