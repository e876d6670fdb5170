import type { KubeObject } from '../domain/kubernetes/object.ts';
import type { PatchOperation } from '../domain/plan/patch.ts';

/**
 * The `test` operations at the start of a JSON patch. They fail if the object was replaced or changed after it was
 * read.
 */
export function sameObject({ metadata }: KubeObject): PatchOperation[] {
  return [
    { op: 'test', path: '/metadata/uid', value: metadata.uid },
    { op: 'test', path: '/metadata/resourceVersion', value: metadata.resourceVersion },
  ];
}
