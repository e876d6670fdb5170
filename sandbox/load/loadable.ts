import {
  resourceMappingOf,
  secretMapping,
  type ResourceMapping,
} from '../../src/domain/kubernetes/resource-mapping.ts';
import { describeRef, refOf, type KubeObject } from '../../src/domain/kubernetes/object.ts';
import { metadataPrefix } from '../../src/domain/names.ts';
import { conditionOf } from '../../src/domain/kubernetes/object-status.ts';
import { EarlyOutcome } from '../report/early-outcome.ts';
import type { Entry } from '../control-plane/etcd.ts';

/**
 * An annotation that the sandbox adds to two kinds of objects from the target:
 * - A node that is Ready in the target. KWOK simulates the kubelet of this node.
 * - A pod that has a node in the target. KWOK does not change the status of this pod.
 */
export const loadedAnnotation = { key: `${metadataPrefix}sandbox`, value: 'loaded' } as const;

/**
 * Returns the API resource and the etcd prefix of the object's kind.
 * @throws EarlyOutcome `failed` for a kind that a sandbox cannot hold.
 */
function mappingOf(object: KubeObject): ResourceMapping {
  const isSecret = object.kind === secretMapping.kind;
  const mapping = isSecret ? secretMapping : resourceMappingOf(object.apiVersion, object.kind);
  if (mapping) return mapping;
  throw new EarlyOutcome('failed', `a sandbox cannot hold ${describeRef(refOf(object))} (${object.apiVersion})`);
}

/** Returns the etcd entry of an object. The API server expects the key `/registry/<etcdPrefix>/[<namespace>/]<name>`. */
export function entryOf(object: KubeObject): Entry {
  const { etcdPrefix, namespaced } = mappingOf(object);
  const { namespace, name } = object.metadata;
  return { key: `/registry/${etcdPrefix}/${namespaced ? `${namespace}/` : ''}${name}`, value: object };
}

/**
 * Returns copies of the objects, ready to be written to etcd. Some nodes and pods get `loadedAnnotation`. References to
 * owners that are not among the objects are removed.
 */
export function prepareForLoading(objects: readonly KubeObject[]): KubeObject[] {
  const uids = new Set(objects.map((object) => object.metadata.uid));
  return objects.map((object) => {
    const copy = structuredClone(object);
    // On each read, the API server sets `resourceVersion` from the revision in etcd.
    delete copy.metadata.resourceVersion;
    const owners = copy.metadata.ownerReferences;
    // The garbage collector would delete an object if all its owners were missing.
    if (owners) copy.metadata.ownerReferences = owners.filter((owner) => uids.has(owner.uid));
    if (getsLoadedAnnotation(copy))
      copy.metadata.annotations = { ...copy.metadata.annotations, [loadedAnnotation.key]: loadedAnnotation.value };
    return copy;
  });
}

/** True for a node that is Ready in the target, and for a pod that has a node. */
function getsLoadedAnnotation(object: KubeObject): boolean {
  if (object.kind === 'Node') return conditionOf(object, 'Ready')?.status === 'True';
  return object.kind === 'Pod' && Boolean(object['spec']?.nodeName);
}
