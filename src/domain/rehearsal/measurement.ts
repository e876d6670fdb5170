import { digestOf } from '../../lib/digest.ts';
import { findObject, type KubeObject, type ObjectRef } from '../kubernetes/object.ts';
import { conditionOf, isLivePod } from '../kubernetes/object-status.ts';
import { controlledBy, replicaSetsOf } from '../kubernetes/owner-chain.ts';

/** The measurements of a Deployment. The sandbox and the verification in the target use the same `measureWorkload`. */
export interface WorkloadMeasurements {
  /** Digest of the redacted pod template. */
  template: string;
  /** `spec.replicas`. */
  replicas: number;
  /** Name of the only ReplicaSet with live pods; null if no ReplicaSet or more than one has live pods. */
  replicaSet: string | null;
  /** Live pods that the scheduler has assigned to a node. */
  scheduled: number;
  /** Live pods for which the scheduler found no node. */
  unschedulable: number;
  /** Live pods whose condition Ready is true. */
  ready: number;
}

/**
 * Measures a Deployment. Returns undefined if the Deployment does not exist.
 * @param objects redacted objects of the Deployment's cluster.
 */
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
    unschedulable: all.filter((pod) => conditionOf(pod, 'PodScheduled')?.status === 'False').length,
    ready: all.filter((pod) => conditionOf(pod, 'Ready')?.status === 'True').length,
  };
}

/**
 * The measurements of a Node. There is none of readiness or of the pods on the node, because both can change at any
 * time for reasons other than the plan.
 */
export interface NodeMeasurements {
  /** `yes` if `spec.unschedulable` is set. */
  cordoned: 'yes' | 'no';
  /** `yes` if the node has the taint node.kubernetes.io/unschedulable, which Kubernetes adds to a cordoned node. */
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

/**
 * Returns the measurements of a Deployment or a Node, by name of the measurement. Undefined if the object does not
 * exist.
 * @param objects redacted objects of the cluster that `ref` is in.
 */
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
