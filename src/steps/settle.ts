import { conditionOf, isLivePod } from '../domain/kubernetes/object-status.ts';
import { measureNode } from '../domain/rehearsal/measurement.ts';
import { findObject, type KubeObject, type ObjectRef } from '../domain/kubernetes/object.ts';
import { controlledBy, replicaSetsOf } from '../domain/kubernetes/owner-chain.ts';

/**
 * Returns true if the Kubernetes controllers have finished their work on a Deployment or a Node. Returns false if the
 * object is not in `objects`. For a Node, the work is to add a taint after a cordon, and to remove the taint after an
 * uncordon.
 */
export function isSettled(objects: readonly KubeObject[], ref: ObjectRef): boolean {
  if (ref.kind === 'Deployment') return isDeploymentSettled(objects, ref);
  const node = findObject(objects, ref);
  if (!node) return false;
  const { cordoned, tainted } = measureNode(node);
  return cordoned === tainted;
}

/**
 * Returns true if the controllers have finished their work on a Deployment, successfully or not. All of this must be
 * true:
 * - The Deployment's controller has observed the latest spec. Otherwise the status describes an older spec.
 * - The sum of `spec.replicas` of the ReplicaSets is at least `spec.replicas` of the Deployment.
 * - Each ReplicaSet has `spec.replicas` live pods, or has the condition ReplicaFailure.
 * - No pod is terminating.
 * - Each live pod has a node, or its condition PodScheduled is False.
 * - The rollout is paused, or `willReplacePods` returns false.
 */
function isDeploymentSettled(objects: readonly KubeObject[], ref: ObjectRef): boolean {
  const deployment = findObject(objects, ref);
  if (!deployment || !isSpecObserved(deployment)) return false;
  const sets = replicaSetsOf(objects, deployment).map((set) => ({
    set,
    pods: controlledBy(objects, set).filter((object) => object.kind === 'Pod'),
  }));
  const replicasOfSets = sets.reduce((sum, { set }) => sum + replicasOf(set), 0);
  return (
    replicasOfSets >= replicasOf(deployment) &&
    sets.every(({ set, pods }) => isReplicaSetSettled(set, pods) && pods.every(isPodHandledByScheduler)) &&
    (deployment['spec']?.paused === true || !willReplacePods(sets.filter(({ pods }) => pods.some(isLivePod))))
  );
}

function isSpecObserved({ metadata, ...deployment }: KubeObject): boolean {
  const { status } = deployment as { status?: { observedGeneration?: number } };
  return (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0);
}

function replicasOf(object: KubeObject): number {
  return object['spec']?.replicas ?? 1;
}

function isReplicaSetSettled(set: KubeObject, pods: KubeObject[]): boolean {
  if (pods.some((pod) => pod.metadata.deletionTimestamp)) return false;
  const hasFailed = conditionOf(set, 'ReplicaFailure')?.status === 'True';
  return hasFailed || pods.filter(isLivePod).length === replicasOf(set);
}

function isPodHandledByScheduler(pod: KubeObject): boolean {
  const scheduled = conditionOf(pod, 'PodScheduled')?.status;
  return !isLivePod(pod) || Boolean(pod['spec']?.nodeName) || scheduled === 'False';
}

/**
 * Returns true if there are two or more ReplicaSets and all their live pods are ready. Then the Deployment's controller
 * will replace more pods.
 * @param sets the ReplicaSets that have live pods.
 */
function willReplacePods(sets: { pods: KubeObject[] }[]): boolean {
  const livePods = sets.flatMap(({ pods }) => pods.filter(isLivePod));
  return sets.length > 1 && livePods.every((pod) => conditionOf(pod, 'Ready')?.status === 'True');
}
