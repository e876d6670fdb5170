import { bind } from '../../actions/catalogue.ts';
import { findObject, ownedBy, type KubeObject, type ObjectRef } from '../../domain/kubernetes/object.ts';
import type { Plan } from '../../domain/plan/plan.ts';

/** The objects that a plan changes, each once, in the order of its steps. */
export function targetsOf(plan: Pick<Plan, 'namespace' | 'steps'>): ObjectRef[] {
  const targets = plan.steps.flatMap((step) => {
    const { action, use } = bind(plan.namespace, step);
    return action.reads(use).slice(0, 1);
  });
  const once = new Map(targets.map((ref) => [`${ref.apiVersion} ${ref.kind} ${ref.namespace ?? ''}/${ref.name}`, ref]));
  return [...once.values()];
}

/** What a plan changes and everything below it: a Deployment, its ReplicaSets, their pods. */
export function touchedBy(plan: Pick<Plan, 'namespace' | 'steps'>, objects: readonly KubeObject[]): KubeObject[] {
  const targets = targetsOf(plan).flatMap((ref) => findObject(objects, ref) ?? []);
  const below = (owner: KubeObject): KubeObject[] => [owner, ...ownedBy(objects, owner).flatMap(below)];
  return targets.flatMap(below);
}
