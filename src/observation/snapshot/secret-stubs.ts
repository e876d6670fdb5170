import { digestOf } from '../../lib/digest.ts';
import type { KubeObject } from '../../domain/kubernetes/object.ts';
import { metadataPrefix } from '../../domain/names.ts';

type Fields = Record<string, any>;

/** The name of a Secret and the keys that pods reference, sorted. */
export interface SecretReference {
  name: string;
  keys: string[];
}

/** Finds the Secrets that pods need to start, in the pods and pod templates among these objects. Sorted by name. */
export function secretReferences(objects: readonly KubeObject[]): SecretReference[] {
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
 * Returns a stub that replaces a Secret in a snapshot. The stub has the name and the keys that pods reference, empty
 * values, and a label that marks it as a stub. The observer may not read Secrets, so it makes a stub even if the Secret
 * does not exist. The sandbox infers from started containers which Secrets exist (sandbox/load/unseen-secrets.ts). The
 * uid is derived from namespace and name, so a Secret's stub has the same uid in every snapshot.
 */
export function secretStub(namespace: string, { name, keys }: SecretReference): KubeObject {
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

/** A pod's reference to a Secret, or to one key of a Secret. Optional references are left out. */
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
  const single = ((env ?? []) as Fields[]).flatMap((entry) =>
    requiredReference(entry['valueFrom']?.secretKeyRef, 'key'),
  );
  return [...single, ...((envFrom ?? []) as Fields[]).flatMap((entry) => requiredReference(entry['secretRef']))];
}

function referencesOfVolume({ secret, projected }: Fields): Reference[] {
  const sources: Fields[] = projected?.sources ?? [];
  return [
    ...referencesOfItems(secret?.secretName, secret),
    ...sources.flatMap(({ secret: source }) => referencesOfItems(source?.name, source)),
  ];
}

function referencesOfItems(name: string | undefined, source: Fields | undefined): Reference[] {
  if (!name || source?.['optional']) return [];
  const items: Fields[] = source?.['items'] ?? [];
  return items.length > 0 ? items.map(({ key }): Reference => [name, key]) : [[name]];
}

function requiredReference(reference: Fields | undefined, key?: string): Reference[] {
  if (!reference?.['name'] || reference['optional']) return [];
  return [[reference['name'], ...(key && reference[key] ? [reference[key] as string] : [])] as Reference];
}
