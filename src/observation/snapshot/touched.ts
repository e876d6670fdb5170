import { bind } from '../../actions/registry.ts';
import { findObject, type KubeObject, type ObjectRef } from '../../domain/kubernetes/object.ts';
import { withControlled } from '../../domain/kubernetes/owner-chain.ts';
import type { Plan } from '../../domain/plan/plan.ts';

/** The objects that the steps of a plan change, in the order of the steps. An object of several steps is listed once. */
export function targetsOf(plan: Pick<Plan, 'namespace' | 'steps'>): ObjectRef[] {
  const targets = plan.steps.flatMap((step) => {
    const { action, input } = bind(plan.namespace, step);
    return action.reads(input).slice(0, 1); // the first object that a step reads is the object that it changes
  });
  const once = new Map(targets.map((ref) => [`${ref.apiVersion} ${ref.kind} ${ref.namespace ?? ''}/${ref.name}`, ref]));
  return [...once.values()];
}

/**
 * The objects that a plan changes, and all objects under their control, such as the ReplicaSets and pods of a Deployment.
 */
export function touchedBy(plan: Pick<Plan, 'namespace' | 'steps'>, objects: readonly KubeObject[]): KubeObject[] {
  const targets = targetsOf(plan).flatMap((ref) => findObject(objects, ref) ?? []);
  return targets.flatMap((target) => withControlled(objects, target));
}
