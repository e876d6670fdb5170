import { conditionOf, isLivePod } from '../domain/kubernetes/object-status.ts';
import { measureNode } from '../domain/rehearsal/measurement.ts';
import { findObject, type KubeObject, type ObjectRef } from '../domain/kubernetes/object.ts';
import { controlledBy, replicaSetsOf } from '../domain/kubernetes/owner-chain.ts';

/**
 * Returns true if the Kubernetes controllers have finished their work on a Deployment or a Node. The controllers give a
 * cordoned Node a taint, and remove the taint after an uncordon.
 */
export function isSettled(objects: readonly KubeObject[], ref: ObjectRef): boolean {
  if (ref.kind === 'Deployment') return isWorkloadSettled(objects, ref);
  const node = findObject(objects, ref);
  if (!node) return false;
  const { cordoned, tainted } = measureNode(node);
  return cordoned === tainted;
}

/**
 * Returns true if the controllers have finished their work on a Deployment, successfully or not. All of this must be
 * true:
 * - The Deployment's controller has observed the latest spec. Otherwise the status describes an older spec.
 * - The ReplicaSets together demand at least as many pods as the Deployment.
 * - Every ReplicaSet has as many pods as its spec demands, or reports that it cannot create them.
 * - No pod is terminating, and each pod has a node or is unschedulable.
 * - The rollout is paused, is complete, or cannot continue.
 *
 * Pods need not be ready. Finished pods, such as pods that an eviction leaves behind, do not count.
 */
function isWorkloadSettled(objects: readonly KubeObject[], workload: ObjectRef): boolean {
  const deployment = findObject(objects, workload);
  if (!deployment || !isObserved(deployment)) return false;
  const sets = replicaSetsOf(objects, deployment).map((set) => ({
    set,
    pods: controlledBy(objects, set).filter((object) => object.kind === 'Pod'),
  }));
  const specified = sets.reduce((sum, { set }) => sum + replicasOf(set), 0);
  return (
    specified >= replicasOf(deployment) &&
    sets.every(({ set, pods }) => isFilled(set, pods) && pods.every(isScheduled)) &&
    (deployment['spec']?.paused === true || !canContinue(sets.filter(({ pods }) => pods.some(isLivePod))))
  );
}

function isObserved({ metadata, ...deployment }: KubeObject): boolean {
  const { status } = deployment as { status?: { observedGeneration?: number } };
  return (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0);
}

function replicasOf(object: KubeObject): number {
  return object['spec']?.replicas ?? 1;
}

function isFilled(set: KubeObject, pods: KubeObject[]): boolean {
  if (pods.some((pod) => pod.metadata.deletionTimestamp)) return false;
  const refused = conditionOf(set, 'ReplicaFailure')?.status === 'True';
  return refused || pods.filter(isLivePod).length === replicasOf(set);
}

function isScheduled(pod: KubeObject): boolean {
  const scheduled = conditionOf(pod, 'PodScheduled')?.status;
  return !isLivePod(pod) || Boolean(pod['spec']?.nodeName) || scheduled === 'False';
}

/**
 * Returns true if two or more ReplicaSets have pods and all pods are ready. The Deployment's controller will then
 * replace another pod.
 */
function canContinue(sets: { pods: KubeObject[] }[]): boolean {
  const live = sets.flatMap(({ pods }) => pods.filter(isLivePod));
  return sets.length > 1 && live.every((pod) => conditionOf(pod, 'Ready')?.status === 'True');
}
