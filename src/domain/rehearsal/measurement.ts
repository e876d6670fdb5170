import { digestOf } from '../../lib/digest.ts';
import { findObject, ownedBy, type KubeObject, type ObjectRef } from '../kubernetes/object.ts';

/** What can be predicted and measured of a Deployment. The same function runs in the sandbox and on the target. */
export interface WorkloadFacts {
  /** Digest of the pod template, over the redacted form. */
  template: string;
  replicas: number;
  /** Name of the ReplicaSet that holds all live pods; null while there is more than one, or none. */
  replicaSet: string | null;
  /** Pods that a node was found for. */
  scheduled: number;
  /** Pods that no node was found for. */
  unschedulable: number;
  ready: number;
}

/** Measures a Deployment among objects of one cluster; undefined when it is not there. Objects must be redacted. */
export function workloadFacts(objects: readonly KubeObject[], workload: ObjectRef): WorkloadFacts | undefined {
  const deployment = findObject(objects, workload);
  if (!deployment) return undefined;
  const sets = ownedBy(objects, deployment).filter((object) => object.kind === 'ReplicaSet');
  const pods = sets.map((set) => ownedBy(objects, set).filter(isLivePod));
  const all = pods.flat();
  const live = sets.filter((_, index) => (pods[index]?.length ?? 0) > 0);
  return {
    template: digestOf(deployment['spec']?.template ?? null),
    replicas: deployment['spec']?.replicas ?? 1,
    replicaSet: live.length === 1 ? (live[0]?.metadata.name ?? null) : null,
    scheduled: all.filter((pod) => pod['spec']?.nodeName).length,
    unschedulable: all.filter((pod) => condition(pod, 'PodScheduled')?.status === 'False').length,
    ready: all.filter((pod) => condition(pod, 'Ready')?.status === 'True').length,
  };
}

/**
 * What can be predicted and measured of a Node: only what a plan decides. Whether it is ready, and which pods run there,
 * others decide, at any time.
 */
export interface NodeFacts {
  /** `yes` where nothing new is to be put there. */
  cordoned: 'yes' | 'no';
  /** `yes` once the controllers keep new pods away (taint node.kubernetes.io/unschedulable). */
  closed: 'yes' | 'no';
}

/** Facts of a Deployment or a Node among objects of one cluster, by name; undefined when it is not there. */
export function factsOf(
  objects: readonly KubeObject[],
  ref: ObjectRef,
): Record<string, string | number | null> | undefined {
  if (ref.kind === 'Deployment') {
    const facts = workloadFacts(objects, ref);
    return facts && { ...facts };
  }
  const node = findObject(objects, ref);
  return node && { ...nodeFacts(node) };
}

/** Measures a Node. */
export function nodeFacts({ spec }: KubeObject): NodeFacts {
  const taints: { key: string }[] = spec?.taints ?? [];
  const yes = (is: boolean): 'yes' | 'no' => (is ? 'yes' : 'no');
  return {
    cordoned: yes(spec?.unschedulable === true),
    closed: yes(taints.some(({ key }) => key === 'node.kubernetes.io/unschedulable')),
  };
}

/** True for a pod that exists and is not on its way out. */
export function isLivePod(object: KubeObject): boolean {
  const phase = object['status']?.phase;
  return object.kind === 'Pod' && !object.metadata.deletionTimestamp && phase !== 'Succeeded' && phase !== 'Failed';
}

/** One condition of an object's status. */
export function condition(
  object: KubeObject,
  type: string,
): { status: string; reason?: string; message?: string; lastTransitionTime?: string } | undefined {
  return (object['status']?.conditions ?? []).find((entry: { type: string }) => entry.type === type);
}
