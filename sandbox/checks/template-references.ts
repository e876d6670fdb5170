/** An object that a pod template refers to. */
export interface Reference {
  kind: 'ConfigMap' | 'Secret' | 'PersistentVolumeClaim' | 'ServiceAccount';
  name: string;
  /** The key of the object that the template needs. Absent if the template names no key. */
  key?: string;
}

/**
 * Lists the objects and keys that a pod with this spec needs to start. Leaves out optional references, image pull
 * secrets, and the Secrets of volume plugins such as CSI.
 */
export function referencesOf(podSpec: any): Reference[] {
  const containers = [...(podSpec.initContainers ?? []), ...(podSpec.containers ?? [])];
  return [
    { kind: 'ServiceAccount', name: podSpec.serviceAccountName ?? 'default' } as const,
    ...containers.flatMap((container: any) => (container.env ?? []).flatMap(ofEnv)),
    ...containers.flatMap((container: any) => (container.envFrom ?? []).flatMap(ofEnvFrom)),
    ...(podSpec.volumes ?? []).flatMap(ofVolume),
  ];
}

function ofEnv({ valueFrom }: any): Reference[] {
  return [...keyOf('ConfigMap', valueFrom?.configMapKeyRef), ...keyOf('Secret', valueFrom?.secretKeyRef)];
}

function ofEnvFrom({ configMapRef, secretRef }: any): Reference[] {
  return [...whole('ConfigMap', configMapRef, configMapRef?.name), ...whole('Secret', secretRef, secretRef?.name)];
}

function ofVolume(volume: any): Reference[] {
  const sources = volume.projected?.sources ?? [];
  return [
    ...files('ConfigMap', volume.configMap, volume.configMap?.name),
    ...files('Secret', volume.secret, volume.secret?.secretName),
    ...whole('PersistentVolumeClaim', volume.persistentVolumeClaim, volume.persistentVolumeClaim?.claimName),
    ...sources.flatMap((source: any) => [
      ...files('ConfigMap', source.configMap, source.configMap?.name),
      ...files('Secret', source.secret, source.secret?.name),
    ]),
  ];
}

function keyOf(kind: Reference['kind'], source: any): Reference[] {
  return source && !source.optional ? [{ kind, name: source.name, key: source.key }] : [];
}

function whole(kind: Reference['kind'], source: any, name: string): Reference[] {
  return source && !source.optional ? [{ kind, name }] : [];
}

/** References of a volume to the keys in its `items`, or to the whole object if the volume has no `items`. */
function files(kind: Reference['kind'], source: any, name: string): Reference[] {
  if (!source || source.optional) return [];
  const items: { key: string }[] = source.items ?? [];
  return items.length > 0 ? items.map(({ key }) => ({ kind, name, key })) : [{ kind, name }];
}
