import { conditionOf, isLivePod } from '../../src/domain/kubernetes/object-status.ts';
import { findObject, type KubeObject, type ObjectRef } from '../../src/domain/kubernetes/object.ts';
import { controlledBy, replicaSetsOf } from '../../src/domain/kubernetes/owner-chain.ts';
import { isSettled } from '../../src/steps/settle.ts';
import { behaviourOf, type Behaviours } from '../model/behaviours.ts';
import { loadedAnnotation } from '../load/loadable.ts';
import type { ClusterState } from '../cluster-state.ts';

/** An incomplete rollout counts as stuck if no workload or pod changes during this time. */
const stuckAfterMs = 700;

/**
 * Waits at most `horizonSeconds` until every object in `touched` has settled. A Deployment has settled when no change
 * is expected, and its rollout is complete or stuck. For example, a rollout is stuck if no node has capacity, if pods
 * crash, or if a quota refuses pods. A cordoned Node has settled when it has the taint of cordoned nodes. An uncordoned
 * Node has settled when it does not have this taint.
 * @returns the objects that have not settled.
 */
export async function waitUntilSettled(
  clusterState: ClusterState,
  touched: readonly ObjectRef[],
  options: { behaviours: Behaviours; horizonSeconds: number },
): Promise<ObjectRef[]> {
  const unsettled = (): ObjectRef[] =>
    touched.filter((ref) => {
      const objects = clusterState.objects();
      if (ref.kind !== 'Deployment') return !isSettled(objects, ref);
      if (isChangeExpected(objects, ref, options.behaviours)) return true;
      return !isRolledOut(objects, ref) && clusterState.quietMs() < stuckAfterMs;
    });
  await clusterState.waitUntil(() => unsettled().length === 0, options.horizonSeconds * 1000);
  return unsettled();
}

/**
 * Returns true if the controllers have finished their work on the Deployment, and if every replica has the latest
 * template and is available.
 */
export function isRolledOut(objects: readonly KubeObject[], workload: ObjectRef): boolean {
  const deployment = findObject(objects, workload);
  if (!deployment || !isSettled(objects, workload)) return false;
  const desired = deployment['spec'].replicas ?? 1;
  const { replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = deployment['status'] ?? {};
  return [replicas, updatedReplicas, availableReplicas].every((count) => count === desired);
}

/** Returns true if a controller or KWOK is about to change the Deployment or its pods. */
function isChangeExpected(objects: readonly KubeObject[], workload: ObjectRef, behaviours: Behaviours): boolean {
  const deployment = findObject(objects, workload);
  if (!deployment) return false;
  // The condition ReplicaFailure means that pods cannot be created, for example because of a quota. Then `isSettled`
  // may never become true.
  if (!isSettled(objects, workload)) return conditionOf(deployment, 'ReplicaFailure')?.status !== 'True';
  const { minReadySeconds = 0 } = deployment['spec'];
  const { readyReplicas = 0, availableReplicas = 0 } = deployment['status'] ?? {};
  // A ready pod becomes available after `minReadySeconds`.
  if (minReadySeconds > 0 && availableReplicas < readyReplicas) return true;
  return replicaSetsOf(objects, deployment).some(
    (set) => behaviourOf(behaviours, set).kind === 'ready' && controlledBy(objects, set).some(isStarting),
  );
}

/**
 * Returns true if the pod is new in the sandbox, has a node, and is not ready yet. A pod that has a node in the target
 * is not new: KWOK does not change the status of such a pod.
 */
function isStarting(pod: KubeObject): boolean {
  const isNew = !pod.metadata.annotations?.[loadedAnnotation.key];
  return isNew && isLivePod(pod) && Boolean(pod['spec'].nodeName) && conditionOf(pod, 'Ready')?.status !== 'True';
}
