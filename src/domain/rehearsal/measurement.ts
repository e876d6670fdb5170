import { digestOf } from '../../lib/digest.ts';
import { findObject, type KubeObject, type ObjectRef } from '../kubernetes/object.ts';
import { condition, isLivePod } from '../kubernetes/object-status.ts';
import { controlledBy, replicaSetsOf } from '../kubernetes/owner-chain.ts';

/** The measurements of a Deployment. The same function measures in the sandbox and in the target cluster. */
export interface WorkloadMeasurements {
  /** Digest of the pod template, over the redacted form. */
  template: string;
  replicas: number;
  /** Name of the ReplicaSet that has all live pods; null if several ReplicaSets have live pods, or none has. */
  replicaSet: string | null;
  /** Live pods that the scheduler has assigned to a node. */
  scheduled: number;
  /** Live pods for which the scheduler found no node. */
  unschedulable: number;
  ready: number;
}

/** Measures a Deployment among the objects of one cluster; undefined if it does not exist. Objects must be redacted. */
export function measureWorkload(objects: readonly KubeObject[], workload: ObjectRef): WorkloadMeasurements | undefined {
  const deployment = findObject(objects, workload);
  if (!deployment) return undefined;
  const sets = replicaSetsOf(objects, deployment);
  const pods = sets.map((set) => controlledBy(objects, set).filter(isLivePod));
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
 * The measurements of a Node: only what a plan decides. Readiness and the pods on the node can change at any time
 * without the plan.
 */
export interface NodeMeasurements {
  /** `yes` if `spec.unschedulable` is set. */
  cordoned: 'yes' | 'no';
  /** `yes` if the node has the taint node.kubernetes.io/unschedulable, which its controller adds to a cordoned node. */
  tainted: 'yes' | 'no';
}

/** Measures a Node. */
export function measureNode({ spec }: KubeObject): NodeMeasurements {
  const taints: { key: string }[] = spec?.taints ?? [];
  return {
    cordoned: yesOrNo(spec?.unschedulable === true),
    tainted: yesOrNo(taints.some(({ key }) => key === 'node.kubernetes.io/unschedulable')),
  };
}

/** The measurements of a Deployment or a Node among the objects of one cluster, by name; undefined if it does not exist. */
export function measureObject(
  objects: readonly KubeObject[],
  ref: ObjectRef,
): Record<string, string | number | null> | undefined {
  if (ref.kind === 'Deployment') {
    const measurements = measureWorkload(objects, ref);
    return measurements && { ...measurements };
  }
  const node = findObject(objects, ref);
  return node && { ...measureNode(node) };
}

function yesOrNo(value: boolean): 'yes' | 'no' {
  return value ? 'yes' : 'no';
}
