import type { KubeObject } from '../domain/kubernetes/object.ts';
import type { PatchOperation } from '../domain/plan/patch.ts';

/**
 * Returns the first operations of a JSON patch. These operations make the API server refuse the patch if the object was
 * replaced or changed after it was read.
 */
export function sameObject({ metadata }: KubeObject): PatchOperation[] {
  return [
    { op: 'test', path: '/metadata/uid', value: metadata.uid },
    { op: 'test', path: '/metadata/resourceVersion', value: metadata.resourceVersion },
  ];
}
