import {
  resourceMappingOf,
  secretMapping,
  type ResourceMapping,
} from '../../src/domain/kubernetes/resource-mapping.ts';
import { describeRef, refOf, type KubeObject, type OwnerReference } from '../../src/domain/kubernetes/object.ts';
import { metadataPrefix } from '../../src/domain/names.ts';
import { conditionOf } from '../../src/domain/kubernetes/object-status.ts';
import { EarlyOutcome } from '../report/early-outcome.ts';
import type { Entry } from '../control-plane/etcd.ts';

/**
 * The annotation of nodes and pods that come from the target. On a node, it makes KWOK simulate the kubelet. On a pod,
 * it means that the pod was scheduled before the rehearsal. KWOK does not change the status of such a pod.
 */
export const loadedAnnotation = { key: `${metadataPrefix}sandbox`, value: 'loaded' } as const;

/**
 * The resource mapping of an object in the snapshot: its API resource and its key prefix in etcd.
 * @throws EarlyOutcome `failed` for a kind that a sandbox cannot hold.
 */
function loadableMapping(object: KubeObject): ResourceMapping {
  const isSecret = object.kind === secretMapping.kind;
  const mapping = isSecret ? secretMapping : resourceMappingOf(object.apiVersion, object.kind);
  if (mapping) return mapping;
  throw new EarlyOutcome('failed', `a sandbox cannot hold ${describeRef(refOf(object))} (${object.apiVersion})`);
}

/**
 * The entry of an object in etcd. The API server expects the object under the key
 * `/registry/<prefix>/[<namespace>/]<name>`.
 */
export function entryOf(object: KubeObject): Entry {
  const { etcd, namespaced } = loadableMapping(object);
  const { namespace, name } = object.metadata;
  return { key: `/registry/${etcd}/${namespaced ? `${namespace}/` : ''}${name}`, value: object };
}

/**
 * The objects as they are written to etcd: nodes and pods with `loadedAnnotation`, all objects without references to
 * owners that are not in the snapshot. `unknowns` has the sentences about the references that were left out.
 */
export function loadable(objects: readonly KubeObject[]): { objects: KubeObject[]; unknowns: string[] } {
  const present = new Set(objects.map((object) => object.metadata.uid));
  const unknowns: string[] = [];
  const loaded = objects.map((object) => {
    const copy = structuredClone(object);
    delete copy.metadata.resourceVersion; // the API server sets it from etcd's revision
    const owners = copy.metadata.ownerReferences ?? [];
    const gone = owners.filter((owner) => !present.has(owner.uid));
    if (gone.length > 0) {
      // The garbage collector would delete an object whose owner does not exist.
      copy.metadata.ownerReferences = owners.filter((owner) => present.has(owner.uid));
      unknowns.push(...gone.map((owner) => missingOwner(object, owner)));
    }
    if (isAnnotated(copy))
      copy.metadata.annotations = { ...copy.metadata.annotations, [loadedAnnotation.key]: loadedAnnotation.value };
    return copy;
  });
  return { objects: loaded, unknowns: [...new Set(unknowns)].sort() };
}

function missingOwner(object: KubeObject, owner: OwnerReference): string {
  const kind = `${object.kind}s${object.metadata.namespace ? ` in ${object.metadata.namespace}` : ''}`;
  return `${kind} belong to ${owner.kind} ${owner.name}, which is not in the snapshot and may change them`;
}

/**
 * True if the object gets `loadedAnnotation`. A node that is not Ready in the target does not get it, so KWOK does not
 * simulate its kubelet. A pod without a node does not get it either, because that pod has never run.
 */
function isAnnotated(object: KubeObject): boolean {
  if (object.kind === 'Node') return conditionOf(object, 'Ready')?.status === 'True';
  return object.kind === 'Pod' && Boolean(object['spec']?.nodeName);
}
