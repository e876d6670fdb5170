import { condition, isLivePod, nodeFacts } from '../domain/rehearsal/measurement.ts';
import { findObject, ownedBy, type KubeObject, type ObjectRef } from '../domain/kubernetes/object.ts';

/** Whether the controllers are done with what a plan changes, a Deployment or a Node. */
export function isSettled(objects: readonly KubeObject[], ref: ObjectRef): boolean {
  if (ref.kind === 'Deployment') return isWorkloadSettled(objects, ref);
  const node = findObject(objects, ref);
  const { cordoned, closed } = node ? nodeFacts(node) : { cordoned: 'no', closed: 'gone' };
  return cordoned === closed;
}

/**
 * Whether the controllers are done with a Deployment, however it ended: its controller has seen the latest spec, every
 * ReplicaSet has the pods it wants (or says that it cannot have them), none is on its way out, each was either given a
 * node or refused one, and no rollout could go on. Says nothing about readiness. Pods that ended (an eviction leaves
 * some behind) do not count. `observedGeneration` first: an older status describes an older spec.
 */
function isWorkloadSettled(objects: readonly KubeObject[], workload: ObjectRef): boolean {
  const deployment = findObject(objects, workload);
  if (!deployment || !isObserved(deployment)) return false;
  const sets = ownedBy(objects, deployment)
    .filter((object) => object.kind === 'ReplicaSet')
    .map((set) => ({ set, pods: ownedBy(objects, set).filter((object) => object.kind === 'Pod') }));
  const wanted = sets.reduce((sum, { set }) => sum + replicasOf(set), 0);
  return (
    wanted >= replicasOf(deployment) &&
    sets.every(({ set, pods }) => isFilled(set, pods) && pods.every(isPlaced)) &&
    (deployment['spec']?.paused === true || !canGoOn(sets.filter(({ pods }) => pods.some(isLivePod))))
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
  const refused = condition(set, 'ReplicaFailure')?.status === 'True';
  return refused || pods.filter(isLivePod).length === replicasOf(set);
}

function isPlaced(pod: KubeObject): boolean {
  const scheduled = condition(pod, 'PodScheduled')?.status;
  return !isLivePod(pod) || Boolean(pod['spec']?.nodeName) || scheduled === 'False';
}

/** With pods of two ReplicaSets, all of them ready, the Deployment's controller is about to move the next one. */
function canGoOn(sets: { pods: KubeObject[] }[]): boolean {
  const live = sets.flatMap(({ pods }) => pods.filter(isLivePod));
  return sets.length > 1 && live.every((pod) => condition(pod, 'Ready')?.status === 'True');
}
