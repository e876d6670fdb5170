import { kindOf, type Kind } from '../../src/domain/kubernetes/resource-mapping.ts';
import { describeRef, refOf, type KubeObject, type OwnerReference } from '../../src/domain/kubernetes/object.ts';
import { prefix } from '../../src/domain/names.ts';
import { condition } from '../../src/domain/rehearsal/measurement.ts';
import { Ending } from '../report/early-outcome.ts';
import type { Entry } from '../control-plane/etcd.ts';

/** Secrets are loaded as stubs (names and keys, empty values); no snapshot kind, so kinds.ts does not know them. */
export const secretKind: Kind = {
  apiVersion: 'v1',
  kind: 'Secret',
  plural: 'secrets',
  namespaced: true,
  etcd: 'secrets',
};

/** On nodes: KWOK plays their kubelets. On pods: they ran before the rehearsal and stay as they were. */
export const mark = { key: `${prefix}sandbox`, value: 'loaded' } as const;

/** The kind of a snapshot's object. @throws Ending `failed` for a kind that no sandbox can hold. */
export function loadableKind(object: KubeObject): Kind {
  const kind = object.kind === secretKind.kind ? secretKind : kindOf(object.apiVersion, object.kind);
  if (kind) return kind;
  throw new Ending('failed', `${describeRef(refOf(object))} is of a kind (${object.apiVersion}) that is not loaded`);
}

/** Where the API server looks for the object in etcd: `/registry/<prefix>/[<namespace>/]<name>`. */
export function entryOf(object: KubeObject): Entry {
  const { etcd, namespaced } = loadableKind(object);
  const { namespace, name } = object.metadata;
  return { key: `/registry/${etcd}/${namespaced ? `${namespace}/` : ''}${name}`, value: object };
}

/** The objects as they are written: owners closed, marks set, nothing else changed. */
export function loadable(objects: readonly KubeObject[]): { objects: KubeObject[]; unknowns: string[] } {
  const present = new Set(objects.map((object) => object.metadata.uid));
  const unknowns: string[] = [];
  const loaded = objects.map((object) => {
    const copy = structuredClone(object);
    delete copy.metadata.resourceVersion; // etcd's own revision stands there
    const owners = copy.metadata.ownerReferences ?? [];
    const gone = owners.filter((owner) => !present.has(owner.uid));
    if (gone.length > 0) {
      // The garbage collector would delete an object whose owner it does not find.
      copy.metadata.ownerReferences = owners.filter((owner) => present.has(owner.uid));
      unknowns.push(...gone.map((owner) => missingOwner(object, owner)));
    }
    if (isMarked(copy)) copy.metadata.annotations = { ...copy.metadata.annotations, [mark.key]: mark.value };
    return copy;
  });
  return { objects: loaded, unknowns: [...new Set(unknowns)].sort() };
}

function missingOwner(object: KubeObject, owner: OwnerReference): string {
  const kind = `${object.kind}s${object.metadata.namespace ? ` in ${object.metadata.namespace}` : ''}`;
  return `${kind} belong to ${owner.kind} ${owner.name}, which is not in the snapshot: it may act on them`;
}

/** A node that was not Ready gets no kubelet here either; a pod that waits for a node has never run. */
function isMarked(object: KubeObject): boolean {
  if (object.kind === 'Node') return condition(object, 'Ready')?.status === 'True';
  return object.kind === 'Pod' && Boolean(object['spec']?.nodeName);
}
