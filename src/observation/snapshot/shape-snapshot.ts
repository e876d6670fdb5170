import type { KubeObject } from '../../domain/kubernetes/object.ts';
import { closeOwners } from './close-owners.ts';
import { isMinted } from '../minted.ts';
import { parameterMaps } from './parameter-maps.ts';
import { stripPod } from './strip-pod.ts';

/**
 * Cuts listed objects down to what a rehearsal may hold: what Airlock itself minted is left out (a lease of this very
 * incident must not make two snapshots differ), pods of other namespaces keep what scheduling reads, ConfigMaps keep
 * their keys but only those that parametrise admission policies keep values, and owners are closed.
 */
export function shapeSnapshot(objects: readonly KubeObject[], namespace: string | undefined): KubeObject[] {
  const isParameter = parameterMaps(objects);
  const shaped = objects
    .filter((object) => !isMinted(object))
    .map((object) => {
      if (object.kind === 'Pod' && object.metadata.namespace !== namespace) return stripPod(object);
      if (object.kind === 'ConfigMap' && !isParameter(object)) return withoutValues(object);
      return object;
    });
  return closeOwners(shaped);
}

function withoutValues(map: KubeObject): KubeObject {
  const emptied = { ...map };
  for (const field of ['data', 'binaryData']) {
    if (map[field]) emptied[field] = Object.fromEntries(Object.keys(map[field] as object).map((key) => [key, '']));
  }
  return emptied;
}
