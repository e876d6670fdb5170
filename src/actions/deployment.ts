import { AirlockError } from '../lib/error.ts';
import { describeRef, findObject, type KubeObject, type ObjectRef } from '../domain/kubernetes/object.ts';

/** Reference to a Deployment in the plan's namespace. */
export function deploymentRef(namespace: string, name: string): ObjectRef {
  return { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name };
}

/** The object with that reference. @throws AirlockError `object-not-found`. */
export function mustFind(objects: readonly KubeObject[], ref: ObjectRef): KubeObject {
  const object = findObject(objects, ref);
  if (object) return object;
  throw new AirlockError({
    code: 'object-not-found',
    message: `${describeRef(ref)} no longer exists: take a new snapshot and plan again`,
  });
}

/** A refusal if the Deployment is paused: its controller would not roll out a changed template. */
export function pausedRefusals(live: KubeObject): string[] {
  const name = live.metadata.name;
  return live['spec'].paused ? [`Deployment ${name} is paused: its team controls the rollout`] : [];
}
