import type { PatchOperation } from '../domain/plan/patch.ts';
import { AirlockError } from '../lib/error.ts';
import { describeRef, findObject, type KubeObject, type ObjectRef } from '../domain/kubernetes/object.ts';
import type { StepReference } from './action.ts';
import { annotationPatch } from './ownership-annotations.ts';
import { sameObject } from './same-object.ts';

/** Reference to a Deployment in the plan's namespace. */
export function deploymentRef(namespace: string, name: string): ObjectRef {
  return { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name };
}

/** The object with this reference. @throws AirlockError `object-not-found` if `objects` does not contain it. */
export function mustFind(objects: readonly KubeObject[], ref: ObjectRef): KubeObject {
  const object = findObject(objects, ref);
  if (object) return object;
  throw new AirlockError({
    code: 'object-not-found',
    message: `${describeRef(ref)} no longer exists, so this plan cannot be used: a new plan is needed`,
  });
}

/**
 * Returns the JSON patch that applies one operation to the pod template and sets the annotations of the step. The API
 * server refuses the patch if the Deployment has changed since `live` was read.
 */
export function templatePatch(live: KubeObject, operation: PatchOperation, reference: StepReference): PatchOperation[] {
  return [
    ...sameObject(live),
    { op: 'test', path: '/spec/template', value: live['spec'].template },
    operation,
    ...annotationPatch(live, reference),
  ];
}

/**
 * Refuses a paused Deployment, because its controller does not roll out a changed template.
 * @returns the reason in a list, or an empty list.
 */
export function pausedRefusals(live: KubeObject): string[] {
  if (!live['spec'].paused) return [];
  return [`Deployment ${live.metadata.name} is paused, so its controller would not roll out the change`];
}
