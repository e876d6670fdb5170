import type { KubeObject } from '../domain/kubernetes.ts';
import { closeOwners } from './close-owners.ts';
import { stripPod } from './strip-pod.ts';

/** What Vault's kubernetes engine marks everything with that it makes; none of its roles can override it. */
const mintedBy = { key: 'app.kubernetes.io/managed-by', value: 'HashiCorp-Vault' };

/**
 * Cuts listed objects down to what a rehearsal may hold: what Airlock itself minted is left out (a lease of this very
 * incident must not make two snapshots differ), pods of other namespaces keep what scheduling reads, ConfigMaps keep
 * their keys but only those that parametrise admission policies keep values, and owners are closed.
 */
export function shapeSnapshot(objects: readonly KubeObject[], namespace: string): KubeObject[] {
  const isParameter = parameters(objects);
  const shaped = objects
    .filter((object) => !isMinted(object))
    .map((object) => {
      if (object.kind === 'Pod' && object.metadata.namespace !== namespace) return stripPod(object);
      if (object.kind === 'ConfigMap' && !isParameter(object)) return withoutValues(object);
      return object;
    });
  return closeOwners(shaped);
}

/** Accounts, roles and bindings of grants and read leases; their names say `airlock-` (the locks see to that). */
function isMinted({ metadata }: KubeObject): boolean {
  return metadata.labels?.[mintedBy.key] === mintedBy.value && metadata.name.startsWith('airlock-');
}

/** Which ConfigMaps parametrise an admission policy: by name, or, where a selector chooses, all of that namespace. */
function parameters(objects: readonly KubeObject[]): (object: KubeObject) => boolean {
  const refs = objects
    .filter((object) => object.kind === 'ValidatingAdmissionPolicyBinding')
    .flatMap((object): { name?: string; namespace?: string }[] => object['spec']?.paramRef ?? []);
  return ({ metadata }) =>
    refs.some(
      ({ name, namespace }) =>
        (name === undefined || name === metadata.name) && (namespace === undefined || namespace === metadata.namespace),
    );
}

function withoutValues(map: KubeObject): KubeObject {
  const emptied = { ...map };
  for (const field of ['data', 'binaryData']) {
    if (map[field]) emptied[field] = Object.fromEntries(Object.keys(map[field] as object).map((key) => [key, '']));
  }
  return emptied;
}
