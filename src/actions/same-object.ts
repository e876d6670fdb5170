import type { KubeObject } from '../domain/kubernetes/object.ts';
import type { PatchOperation } from '../domain/plan/patch.ts';

/** The preconditions of every write: the object is the one that was read, and it has not changed since. */
export function sameObject({ metadata }: KubeObject): PatchOperation[] {
  return [
    { op: 'test', path: '/metadata/uid', value: metadata.uid },
    { op: 'test', path: '/metadata/resourceVersion', value: metadata.resourceVersion },
  ];
}
