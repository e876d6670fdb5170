import { condition, isLivePod } from '../../src/domain/rehearsal/measurement.ts';
import { findObject, ownedBy, type KubeObject, type ObjectRef } from '../../src/domain/kubernetes/object.ts';
import { isSettled } from '../../src/steps/settle.ts';
import { behaviourOf, type Behaviours } from '../model/behaviours.ts';
import { setsOf } from '../load/faithful.ts';
import { mark } from '../load/loadable.ts';
import type { World } from '../cluster-state.ts';

/** Where nothing more is expected, nothing has to change for so long before that is believed. */
const quietMs = 700;

/**
 * Waits until the controllers are done with every workload, as far as they get: rolled out completely, or stuck with
 * nothing left to wait for (no room, crashing pods, a quota).
 * @returns the workloads that were still at work at the horizon.
 */
export async function settle(
  world: World,
  workloads: readonly ObjectRef[],
  options: { behaviours: Behaviours; horizonSeconds: number },
): Promise<ObjectRef[]> {
  const atWork = (): ObjectRef[] =>
    workloads.filter((ref) => {
      const objects = world.objects();
      if (ref.kind !== 'Deployment') return !isSettled(objects, ref);
      if (expecting(objects, ref, options.behaviours)) return true;
      return !isRolledOut(objects, ref) && world.quietMs() < quietMs;
    });
  await world.until(() => atWork().length === 0, options.horizonSeconds * 1000);
  return atWork();
}

/** True when the Deployment controller says that every replica is of the latest template and available. */
export function isRolledOut(objects: readonly KubeObject[], workload: ObjectRef): boolean {
  const deployment = findObject(objects, workload);
  if (!deployment || !isSettled(objects, workload)) return false;
  const wanted = deployment['spec'].replicas ?? 1;
  const { replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = deployment['status'] ?? {};
  return [replicas, updatedReplicas, availableReplicas].every((count) => count === wanted);
}

/** True while something more will happen by itself. */
function expecting(objects: readonly KubeObject[], workload: ObjectRef, behaviours: Behaviours): boolean {
  const deployment = findObject(objects, workload);
  if (!deployment) return false;
  // A quota that refuses pods leaves fewer than wanted for good, which `isSettled` waits for.
  if (!isSettled(objects, workload)) return condition(deployment, 'ReplicaFailure')?.status !== 'True';
  const { minReadySeconds = 0 } = deployment['spec'];
  const { readyReplicas = 0, availableReplicas = 0 } = deployment['status'] ?? {};
  if (minReadySeconds > 0 && availableReplicas < readyReplicas) return true;
  return setsOf(objects, deployment).some(
    (set) => behaviourOf(behaviours, set).kind === 'ready' && ownedBy(objects, set).some(isStarting),
  );
}

/** A pod with a node that its kubelet will make ready. Pods from before the rehearsal stay as they were. */
function isStarting(pod: KubeObject): boolean {
  const fresh = !pod.metadata.annotations?.[mark.key];
  return fresh && isLivePod(pod) && Boolean(pod['spec'].nodeName) && condition(pod, 'Ready')?.status !== 'True';
}
