import { AirlockError } from '../lib/error.ts';
import { describeRef, findObject, type KubeObject, type ObjectRef } from '../domain/kubernetes/object.ts';

/** Name of a Deployment in the plan's namespace. */
export function deploymentRef(namespace: string, name: string): ObjectRef {
  return { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name };
}

/** The object of that name. @throws AirlockError `object-gone`. */
export function mustFind(objects: readonly KubeObject[], ref: ObjectRef): KubeObject {
  const object = findObject(objects, ref);
  if (object) return object;
  throw new AirlockError({
    code: 'object-gone',
    message: `${describeRef(ref)} is not there any more: take a new snapshot and plan again`,
    next: 'stop',
  });
}

/** Why nothing is rolled out here, where the Deployment is paused; else empty. */
export function pausedRefusals(live: KubeObject): string[] {
  const name = live.metadata.name;
  return live['spec'].paused ? [`Deployment ${name} is paused: its owner is rolling out by hand`] : [];
}
