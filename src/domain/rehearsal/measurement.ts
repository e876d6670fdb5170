import { digestOf } from '../../lib/digest.ts';
import { findObject, type KubeObject, type ObjectRef } from '../kubernetes/object.ts';
import { conditionOf, isLivePod } from '../kubernetes/object-status.ts';
import { controlledBy, replicaSetsOf } from '../kubernetes/owner-chain.ts';

/**
 * The measurements of a Deployment and its live pods. A pod is live if it is not terminating and has not finished
 * (`isLivePod`).
 */
export interface WorkloadMeasurements {
  /** Digest of the pod template (`spec.template`). */
  template: string;
  /** `spec.replicas`, or 1 if this field is absent. */
  replicas: number;
  /** Name of the ReplicaSet with live pods. Null unless exactly one ReplicaSet has live pods. */
  replicaSet: string | null;
  /** Number of live pods that have a node (`spec.nodeName`). */
  scheduled: number;
  /** Number of live pods whose condition PodScheduled is False. */
  unschedulable: number;
  /** Number of live pods whose condition Ready is True. */
  ready: number;
}

/**
 * Measures a Deployment. The rehearsal and the verification both measure with this function. Returns undefined if the
 * Deployment is not in `objects`.
 * @param objects the Deployment, its ReplicaSets and their pods; other objects are ignored. The Deployment must be
 * redacted, because predictions contain digests of redacted templates.
 */
export function measureWorkload(objects: readonly KubeObject[], workload: ObjectRef): WorkloadMeasurements | undefined {
  const deployment = findObject(objects, workload);
  if (!deployment) return undefined;
  const sets = replicaSetsOf(objects, deployment);
  const livePodsOfSets = sets.map((set) => controlledBy(objects, set).filter(isLivePod));
  const livePods = livePodsOfSets.flat();
  const setsWithLivePods = sets.filter((_, index) => (livePodsOfSets[index]?.length ?? 0) > 0);
  return {
    template: digestOf(deployment['spec']?.template ?? null),
    replicas: deployment['spec']?.replicas ?? 1,
    replicaSet: setsWithLivePods.length === 1 ? (setsWithLivePods[0]?.metadata.name ?? null) : null,
    scheduled: livePods.filter((pod) => pod['spec']?.nodeName).length,
    unschedulable: livePods.filter((pod) => conditionOf(pod, 'PodScheduled')?.status === 'False').length,
    ready: livePods.filter((pod) => conditionOf(pod, 'Ready')?.status === 'True').length,
  };
}

/**
 * The measurements of a Node. The node's readiness and the node's pods are not measured, because they can change
 * independently of the plan.
 */
export interface NodeMeasurements {
  /** `yes` if `spec.unschedulable` is true. */
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
 * Measures the Deployment or Node that `ref` names. The keys of the result are the names of the measurements. Returns
 * undefined if the object is not in `objects`.
 * @param objects for a Deployment: as in `measureWorkload`. For a Node: at least this Node.
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
