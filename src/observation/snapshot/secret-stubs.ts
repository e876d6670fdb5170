import { digestOf } from '../../lib/digest.ts';
import type { KubeObject } from '../../domain/kubernetes/object.ts';
import { metadataPrefix } from '../../domain/names.ts';

type Fields = Record<string, any>;

/**
 * A Secret that pods reference. `keys` has, in sorted order, the keys that pods reference individually. If pods reference
 * only the Secret as a whole, `keys` is empty.
 */
export interface NeededSecret {
  name: string;
  keys: string[];
}

/**
 * Returns the Secrets that pods and pod templates reference in environment variables, volumes and `imagePullSecrets`.
 * Optional references are left out. The result is sorted by name.
 * @param objects pods, and objects with a pod template in `spec.template`. Other objects are ignored.
 */
export function neededSecrets(objects: readonly KubeObject[]): NeededSecret[] {
  const keysOf = new Map<string, Set<string>>();
  for (const [name, key] of objects.flatMap((object) => referencesOf(podSpecOf(object)))) {
    const keys = keysOf.get(name) ?? new Set<string>();
    if (key !== undefined) keys.add(key);
    keysOf.set(name, keys);
  }
  const names = [...keysOf.keys()].sort();
  return names.map((name) => ({ name, keys: [...(keysOf.get(name) ?? [])].sort() }));
}

/**
 * Returns a stub that replaces a Secret in a snapshot. The stub has the Secret's name, the keys that pods reference,
 * and a label that marks the stub. All values are empty. The uid depends only on namespace and name. So this stub has
 * the same uid in every snapshot.
 *
 * Airlock reads no Secrets, so it does not know whether the Secret exists in the target. The sandbox infers this from the
 * pods that have started (sandbox/load/unseen-secrets.ts).
 */
export function secretStub(namespace: string, { name, keys }: NeededSecret): KubeObject {
  const hex = digestOf(['secret-stub', namespace, name]).slice('sha256:'.length);
  const uid = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace, uid, labels: { [`${metadataPrefix}stub`]: 'true' } },
    type: 'Opaque',
    data: Object.fromEntries(keys.map((key) => [key, ''])),
  };
}

function podSpecOf(object: KubeObject): Fields {
  return (object.kind === 'Pod' ? object['spec'] : object['spec']?.template?.spec) ?? {};
}

/** A reference to a whole Secret, or to one key of a Secret. */
type Reference = [name: string, key?: string];

function referencesOf(spec: Fields): Reference[] {
  const containers: Fields[] = [...(spec['initContainers'] ?? []), ...(spec['containers'] ?? [])];
  const pulls: Fields[] = spec['imagePullSecrets'] ?? [];
  return [
    ...containers.flatMap(referencesOfContainer),
    ...((spec['volumes'] ?? []) as Fields[]).flatMap(referencesOfVolume),
    ...pulls.flatMap(({ name }): Reference[] => (name ? [[name]] : [])),
  ];
}

function referencesOfContainer({ env, envFrom }: Fields): Reference[] {
  const toKeys = ((env ?? []) as Fields[]).flatMap((entry) => requiredReference(entry['valueFrom']?.secretKeyRef));
  const toSecrets = ((envFrom ?? []) as Fields[]).flatMap((entry) => requiredReference(entry['secretRef']));
  return [...toKeys, ...toSecrets];
}

function referencesOfVolume({ secret, projected }: Fields): Reference[] {
  const sources: Fields[] = projected?.sources ?? [];
  return [
    ...referencesOfSecretField(secret?.secretName, secret),
    ...sources.flatMap(({ secret: source }) => referencesOfSecretField(source?.name, source)),
  ];
}

/** @param secret the field `secret` of a volume, or of an entry of `projected.sources`. */
function referencesOfSecretField(name: string | undefined, secret: Fields | undefined): Reference[] {
  if (!name || secret?.['optional']) return [];
  const items: Fields[] = secret?.['items'] ?? [];
  return items.length > 0 ? items.map(({ key }): Reference => [name, key]) : [[name]];
}

/** @param source a `secretKeyRef`, which has the field `key`, or a `secretRef`, which has no such field. */
function requiredReference(source: Fields | undefined): Reference[] {
  if (!source?.['name'] || source['optional']) return [];
  return source['key'] ? [[source['name'], source['key']]] : [[source['name']]];
}
