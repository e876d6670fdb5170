import type { KubeObject } from '../../domain/kubernetes/object.ts';
import { dropOrphans } from './drop-orphans.ts';
import { isMinted } from '../minted.ts';
import { parameterMaps } from './parameter-maps.ts';
import { stripPod } from './strip-pod.ts';

/**
 * Reduces listed objects to what a rehearsal may contain. Objects that Vault created for Airlock are removed, so that the
 * incident's own read lease does not make two snapshots differ. Pods of other namespaces keep only what scheduling reads.
 * ConfigMaps keep their keys; only parameters of admission policies keep their values. Objects without their owners are
 * removed.
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
  return dropOrphans(shaped);
}

function withoutValues(map: KubeObject): KubeObject {
  const emptied = { ...map };
  for (const field of ['data', 'binaryData']) {
    if (map[field]) emptied[field] = Object.fromEntries(Object.keys(map[field] as object).map((key) => [key, '']));
  }
  return emptied;
}
