import { condition, isLivePod } from '../../src/domain/kubernetes/object-status.ts';
import { findObject, type KubeObject, type ObjectRef } from '../../src/domain/kubernetes/object.ts';
import { controlledBy, replicaSetsOf } from '../../src/domain/kubernetes/owner-chain.ts';
import { isSettled } from '../../src/steps/settle.ts';
import { behaviourOf, type Behaviours } from '../model/behaviours.ts';
import { loadedAnnotation } from '../load/loadable.ts';
import type { ClusterState } from '../cluster-state.ts';

/** A workload that is not rolled out completely counts as settled after this time without a change. */
const quietMs = 700;

/**
 * Waits until every workload has settled: it is rolled out completely, or stuck without a pending change (no capacity,
 * crashing pods, a quota).
 * @returns the workloads that had not settled at the horizon.
 */
export async function settle(
  clusterState: ClusterState,
  workloads: readonly ObjectRef[],
  options: { behaviours: Behaviours; horizonSeconds: number },
): Promise<ObjectRef[]> {
  const unsettled = (): ObjectRef[] =>
    workloads.filter((ref) => {
      const objects = clusterState.objects();
      if (ref.kind !== 'Deployment') return !isSettled(objects, ref);
      if (expectsChange(objects, ref, options.behaviours)) return true;
      return !isRolledOut(objects, ref) && clusterState.quietMs() < quietMs;
    });
  await clusterState.waitUntil(() => unsettled().length === 0, options.horizonSeconds * 1000);
  return unsettled();
}

/** True when the Deployment's status says that every replica has the latest template and is available. */
export function isRolledOut(objects: readonly KubeObject[], workload: ObjectRef): boolean {
  const deployment = findObject(objects, workload);
  if (!deployment || !isSettled(objects, workload)) return false;
  const desired = deployment['spec'].replicas ?? 1;
  const { replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = deployment['status'] ?? {};
  return [replicas, updatedReplicas, availableReplicas].every((count) => count === desired);
}

/** True while a controller or the simulated kubelet will change the workload. */
function expectsChange(objects: readonly KubeObject[], workload: ObjectRef, behaviours: Behaviours): boolean {
  const deployment = findObject(objects, workload);
  if (!deployment) return false;
  // A quota that refuses pods keeps the number of pods too low, so `isSettled` never becomes true.
  if (!isSettled(objects, workload)) return condition(deployment, 'ReplicaFailure')?.status !== 'True';
  const { minReadySeconds = 0 } = deployment['spec'];
  const { readyReplicas = 0, availableReplicas = 0 } = deployment['status'] ?? {};
  if (minReadySeconds > 0 && availableReplicas < readyReplicas) return true;
  return replicaSetsOf(objects, deployment).some(
    (set) => behaviourOf(behaviours, set).kind === 'ready' && controlledBy(objects, set).some(isStarting),
  );
}

/** True for a scheduled pod that becomes ready later. Pods that ran before the rehearsal do not change. */
function isStarting(pod: KubeObject): boolean {
  const isNew = !pod.metadata.annotations?.[loadedAnnotation.key];
  return isNew && isLivePod(pod) && Boolean(pod['spec'].nodeName) && condition(pod, 'Ready')?.status !== 'True';
}
