import { digestOf } from '../../lib/digest.ts';
import type { KubeObject } from '../../domain/kubernetes/object.ts';
import { metadataPrefix } from '../../domain/names.ts';

type Fields = Record<string, any>;

/** A Secret's name and its referenced keys, sorted. */
export interface SecretReference {
  name: string;
  keys: string[];
}

/** The Secrets that pods and pod templates among these objects need to start, by name. Optional references are omitted. */
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
 * A stub that replaces a Secret in a snapshot: it has the name and keys that templates reference, no values, and a label
 * that marks it. It says nothing about the real Secret, which the observer may not read; the rehearsal decides whether the
 * Secret is known to exist. The uid is derived from the name, so two snapshots contain the same one.
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

type Reference = [name: string, key?: string];

function referencesOf(spec: Fields): Reference[] {
  const containers: Fields[] = [...(spec['initContainers'] ?? []), ...(spec['containers'] ?? [])];
  const pulls: Fields[] = spec['imagePullSecrets'] ?? [];
  return [
    ...containers.flatMap(ofContainer),
    ...((spec['volumes'] ?? []) as Fields[]).flatMap(ofVolume),
    ...pulls.flatMap(({ name }): Reference[] => (name ? [[name]] : [])),
  ];
}

function ofContainer({ env, envFrom }: Fields): Reference[] {
  const single = ((env ?? []) as Fields[]).flatMap((entry) => needed(entry['valueFrom']?.secretKeyRef, 'key'));
  return [...single, ...((envFrom ?? []) as Fields[]).flatMap((entry) => needed(entry['secretRef']))];
}

function ofVolume({ secret, projected }: Fields): Reference[] {
  const sources: Fields[] = projected?.sources ?? [];
  return [
    ...ofItems(secret?.secretName, secret),
    ...sources.flatMap(({ secret: source }) => ofItems(source?.name, source)),
  ];
}

function ofItems(name: string | undefined, source: Fields | undefined): Reference[] {
  if (!name || source?.['optional']) return [];
  const items: Fields[] = source?.['items'] ?? [];
  return items.length > 0 ? items.map(({ key }): Reference => [name, key]) : [[name]];
}

function needed(reference: Fields | undefined, key?: string): Reference[] {
  if (!reference?.['name'] || reference['optional']) return [];
  return [[reference['name'], ...(key && reference[key] ? [reference[key] as string] : [])] as Reference];
}
