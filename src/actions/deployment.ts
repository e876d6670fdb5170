import type { PatchOperation } from '../domain/plan/patch.ts';
import { AirlockError } from '../lib/error.ts';
import { describeRef, findObject, type KubeObject, type ObjectRef } from '../domain/kubernetes/object.ts';
import type { StepReference } from './action.ts';
import { ownershipAnnotationPatch } from './ownership-annotations.ts';
import { sameObject } from './same-object.ts';

/** Returns the reference to a Deployment. */
export function deploymentRef(namespace: string, name: string): ObjectRef {
  return { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name };
}

/** Returns the object with this reference. @throws AirlockError `object-not-found` if `objects` does not contain it. */
export function mustFind(objects: readonly KubeObject[], ref: ObjectRef): KubeObject {
  const object = findObject(objects, ref);
  if (object) return object;
  throw new AirlockError({
    code: 'object-not-found',
    message: `${describeRef(ref)} was not found: a new plan without this object is needed`,
  });
}

/**
 * Returns the JSON patch that applies one operation to the pod template and sets the annotations of the step. `live` is
 * the Deployment as the caller read it. The API server refuses the patch if the Deployment has changed since then.
 */
export function templatePatch(live: KubeObject, operation: PatchOperation, reference: StepReference): PatchOperation[] {
  return [
    ...sameObject(live),
    { op: 'test', path: '/spec/template', value: live['spec'].template },
    operation,
    ...ownershipAnnotationPatch(live, reference),
  ];
}

/**
 * Returns the reason to refuse a paused Deployment; an empty list for any other Deployment. The Deployment controller
 * does not roll out a new template of a paused Deployment.
 */
export function pausedRefusals(live: KubeObject): string[] {
  if (!live['spec'].paused) return [];
  return [`Deployment ${live.metadata.name} is paused, so the Deployment controller would not roll out the change`];
}
