import { objectKey, type ClusterObject } from '../domain/execution/object-key.ts';
import type { Direction } from '../domain/execution/execution.ts';
import { stepsOf, type Plan, type Step } from '../domain/plan/plan.ts';
import type { ObjectRef } from '../domain/kubernetes/object.ts';
import { bind } from './registry.ts';

/**
 * Returns the objects that the steps (`do`) or the undo steps (`undo`) of a plan read or change. Each object appears
 * once. The objects are sorted by key, so all executions lock objects in one order.
 */
export function objectsOf(plan: Plan, direction: Direction): ClusterObject[] {
  const objects = new Map<string, ClusterObject>();
  for (const ref of stepsOf(plan, direction).flatMap((step) => refsOf(plan, step))) {
    const object = { cluster: plan.cluster, ref };
    objects.set(objectKey(object), object);
  }
  return [...objects].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
}

/** A step with invalid parameters has no objects here. The gateway's checks refuse a plan with such a step. */
function refsOf({ namespace }: Plan, step: Step): ObjectRef[] {
  try {
    const { action, input } = bind(namespace, step);
    return action.objectsToRead(input);
  } catch {
    return [];
  }
}
