import type { KubeObject } from '../../domain/kubernetes/object.ts';
import { dropOrphans } from './drop-orphans.ts';
import { isMinted } from '../minted.ts';
import { parameterPredicate } from './parameter-maps.ts';
import { stripPod } from './strip-pod.ts';

/**
 * Reduces the objects of a cluster to what a snapshot may contain:
 * - Objects that Vault created for Airlock are removed. Otherwise two snapshots of an unchanged cluster would differ,
 *   because Vault creates new objects for each read lease.
 * - Pods outside the plan's namespace keep only some fields (see `stripPod`).
 * - The values of a ConfigMap become empty texts, unless the ConfigMap is a parameter of an admission policy.
 * - Objects whose owners are all missing are removed (see `dropOrphans`).
 * @param namespace the plan's namespace. Undefined for a plan that changes nodes: then all pods are reduced.
 */
export function shapeSnapshot(objects: readonly KubeObject[], namespace: string | undefined): KubeObject[] {
  const isParameter = parameterPredicate(objects);
  const shaped = objects
    .filter((object) => !isMinted(object))
    .map((object) => {
      if (object.kind === 'Pod' && object.metadata.namespace !== namespace) return stripPod(object);
      if (object.kind === 'ConfigMap' && !isParameter(object)) return withoutValues(object);
      return object;
    });
  return dropOrphans(shaped);
}

function withoutValues(configMap: KubeObject): KubeObject {
  const emptied = { ...configMap };
  for (const field of ['data', 'binaryData']) {
    if (!configMap[field]) continue;
    emptied[field] = Object.fromEntries(Object.keys(configMap[field] as object).map((key) => [key, '']));
  }
  return emptied;
}
