import type { KubeObject } from '../domain/kubernetes/object.ts';
import type { PatchOperation } from '../domain/plan/patch.ts';

/**
 * Returns two `test` operations for a JSON patch of an object. With these operations, the API server refuses the patch
 * if the object was replaced or changed after the read.
 */
export function sameObject({ metadata }: KubeObject): PatchOperation[] {
  return [
    { op: 'test', path: '/metadata/uid', value: metadata.uid },
    { op: 'test', path: '/metadata/resourceVersion', value: metadata.resourceVersion },
  ];
}
