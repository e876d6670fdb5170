import type { KubeObject } from '../domain/kubernetes/object.ts';
import type { PatchOperation } from '../domain/plan/patch.ts';

/** Preconditions of every write: the same object, unchanged since it was read. */
export function sameObject({ metadata }: KubeObject): PatchOperation[] {
  return [
    { op: 'test', path: '/metadata/uid', value: metadata.uid },
    { op: 'test', path: '/metadata/resourceVersion', value: metadata.resourceVersion },
  ];
}
