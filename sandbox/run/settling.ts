import { conditionOf, isLivePod } from '../../src/domain/kubernetes/object-status.ts';
import { findObject, type KubeObject, type ObjectRef } from '../../src/domain/kubernetes/object.ts';
import { controlledBy, replicaSetsOf } from '../../src/domain/kubernetes/owner-chain.ts';
import { isSettled } from '../../src/steps/settle.ts';
import { behaviourOf, type Behaviours } from '../model/behaviours.ts';
import { loadedAnnotation } from '../load/loadable.ts';
import type { ClusterState } from '../cluster-state.ts';

/** An incomplete rollout counts as settled (stuck) after this time without a change of the cluster state. */
const quietMs = 700;

/**
 * Waits until every changed object has settled, at most `horizonSeconds`. A Deployment has settled when its rollout is
 * complete, or when its rollout is stuck and nothing is about to change the Deployment. For example, a rollout is stuck
 * if no node has capacity, if pods crash, or if a quota refuses pods. A node has settled when its taint agrees with
 * `spec.unschedulable`.
 * @returns the objects that have not settled.
 */
export async function settle(
  clusterState: ClusterState,
  touched: readonly ObjectRef[],
  options: { behaviours: Behaviours; horizonSeconds: number },
): Promise<ObjectRef[]> {
  const unsettled = (): ObjectRef[] =>
    touched.filter((ref) => {
      const objects = clusterState.objects();
      if (ref.kind !== 'Deployment') return !isSettled(objects, ref);
      if (expectsChange(objects, ref, options.behaviours)) return true;
      return !isRolledOut(objects, ref) && clusterState.quietMs() < quietMs;
    });
  await clusterState.waitUntil(() => unsettled().length === 0, options.horizonSeconds * 1000);
  return unsettled();
}

/** True if every replica has the latest template and is available, according to the status of the Deployment. */
export function isRolledOut(objects: readonly KubeObject[], workload: ObjectRef): boolean {
  const deployment = findObject(objects, workload);
  if (!deployment || !isSettled(objects, workload)) return false;
  const desired = deployment['spec'].replicas ?? 1;
  const { replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = deployment['status'] ?? {};
  return [replicas, updatedReplicas, availableReplicas].every((count) => count === desired);
}

/** True if a controller or the simulated kubelet is about to change the workload. */
function expectsChange(objects: readonly KubeObject[], workload: ObjectRef, behaviours: Behaviours): boolean {
  const deployment = findObject(objects, workload);
  if (!deployment) return false;
  // `ReplicaFailure`: for example, a quota refuses pods. Then `isSettled` may never become true.
  if (!isSettled(objects, workload)) return conditionOf(deployment, 'ReplicaFailure')?.status !== 'True';
  const { minReadySeconds = 0 } = deployment['spec'];
  const { readyReplicas = 0, availableReplicas = 0 } = deployment['status'] ?? {};
  if (minReadySeconds > 0 && availableReplicas < readyReplicas) return true;
  return replicaSetsOf(objects, deployment).some(
    (set) => behaviourOf(behaviours, set).kind === 'ready' && controlledBy(objects, set).some(isStarting),
  );
}

/**
 * True if the pod is new in the sandbox, scheduled, and not ready yet. A pod that ran before the rehearsal does not
 * count, because KWOK never makes it ready.
 */
function isStarting(pod: KubeObject): boolean {
  const isNew = !pod.metadata.annotations?.[loadedAnnotation.key];
  return isNew && isLivePod(pod) && Boolean(pod['spec'].nodeName) && conditionOf(pod, 'Ready')?.status !== 'True';
}
