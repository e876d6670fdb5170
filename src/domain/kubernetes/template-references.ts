/** An object, or one key of a ConfigMap or Secret, that a pod template needs. */
export interface Reference {
  kind: 'ConfigMap' | 'Secret' | 'PersistentVolumeClaim' | 'ServiceAccount';
  name: string;
  /** The needed key. Absent if the template names no key. */
  key?: string;
}

/**
 * Returns the objects and keys that a pod with this spec needs before it can start. Leaves out optional references,
 * image pull secrets, and the Secrets of volume plugins such as CSI.
 */
export function referencesOf(podSpec: any): Reference[] {
  const containers = [...(podSpec.initContainers ?? []), ...(podSpec.containers ?? [])];
  return [
    { kind: 'ServiceAccount', name: podSpec.serviceAccountName ?? 'default' } as const,
    ...containers.flatMap((container: any) => (container.env ?? []).flatMap(envReferences)),
    ...containers.flatMap((container: any) => (container.envFrom ?? []).flatMap(envFromReferences)),
    ...(podSpec.volumes ?? []).flatMap(volumeReferences),
  ];
}

/** Returns the reference as text, such as `Secret db, key password`. */
export function describeReference({ kind, name, key }: Reference): string {
  return key === undefined ? `${kind} ${name}` : `${kind} ${name}, key ${key}`;
}

function envReferences({ valueFrom }: any): Reference[] {
  return [...keyReference('ConfigMap', valueFrom?.configMapKeyRef), ...keyReference('Secret', valueFrom?.secretKeyRef)];
}

function envFromReferences({ configMapRef, secretRef }: any): Reference[] {
  return [
    ...objectReference('ConfigMap', configMapRef, configMapRef?.name),
    ...objectReference('Secret', secretRef, secretRef?.name),
  ];
}

function volumeReferences(volume: any): Reference[] {
  const sources = volume.projected?.sources ?? [];
  return [
    ...volumeSourceReferences('ConfigMap', volume.configMap, volume.configMap?.name),
    ...volumeSourceReferences('Secret', volume.secret, volume.secret?.secretName),
    ...objectReference('PersistentVolumeClaim', volume.persistentVolumeClaim, volume.persistentVolumeClaim?.claimName),
    ...sources.flatMap((source: any) => [
      ...volumeSourceReferences('ConfigMap', source.configMap, source.configMap?.name),
      ...volumeSourceReferences('Secret', source.secret, source.secret?.name),
    ]),
  ];
}

function keyReference(kind: Reference['kind'], source: any): Reference[] {
  return source && !source.optional ? [{ kind, name: source.name, key: source.key }] : [];
}

function objectReference(kind: Reference['kind'], source: any, name: string): Reference[] {
  return source && !source.optional ? [{ kind, name }] : [];
}

/** For a volume with `items`: one reference for each key in `items`. Otherwise: one reference to the whole object. */
function volumeSourceReferences(kind: Reference['kind'], source: any, name: string): Reference[] {
  if (!source || source.optional) return [];
  const items: { key: string }[] = source.items ?? [];
  return items.length > 0 ? items.map(({ key }) => ({ kind, name, key })) : [{ kind, name }];
}
