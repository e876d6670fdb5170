import type { KubeObject } from '../../domain/kubernetes/object.ts';
import { dropOrphans } from './drop-orphans.ts';
import { isMinted } from '../minted.ts';
import { parameterMapPredicate } from './parameter-maps.ts';
import { stripPod } from './strip-pod.ts';

/**
 * Reduces the listed objects to what a snapshot may contain:
 * - Objects that Vault created for Airlock are removed. Vault creates new objects for each read lease, so otherwise two
 *   snapshots of the same cluster would differ.
 * - Pods of other namespaces keep only some fields (see `stripPod`).
 * - The values of a ConfigMap become empty texts, unless the ConfigMap is a parameter of an admission policy.
 * - Objects whose owners are missing are removed.
 * @param namespace the plan's namespace; undefined for a plan on cluster-scoped objects.
 */
export function shapeSnapshot(objects: readonly KubeObject[], namespace: string | undefined): KubeObject[] {
  const isParameter = parameterMapPredicate(objects);
  const shaped = objects
    .filter((object) => !isMinted(object))
    .map((object) => {
      if (object.kind === 'Pod' && object.metadata.namespace !== namespace) return stripPod(object);
      if (object.kind === 'ConfigMap' && !isParameter(object)) return withoutValues(object);
      return object;
    });
  return dropOrphans(shaped);
}

function withoutValues(map: KubeObject): KubeObject {
  const emptied = { ...map };
  for (const field of ['data', 'binaryData']) {
    if (map[field]) emptied[field] = Object.fromEntries(Object.keys(map[field] as object).map((key) => [key, '']));
  }
  return emptied;
}
