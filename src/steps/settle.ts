import { condition, isLivePod } from '../domain/fact.ts';
import { findObject, ownedBy, type KubeObject, type ObjectRef } from '../domain/kubernetes.ts';

/**
 * Whether the controllers are done with a Deployment, however it ended: its controller has seen the latest spec, the
 * right number of pods exists and none is on its way out, and each pod was either given a node or refused one.
 * Says nothing about readiness. `observedGeneration` first: an older status describes an older spec.
 */
export function isSettled(objects: readonly KubeObject[], workload: ObjectRef): boolean {
  const deployment = findObject(objects, workload);
  if (!deployment) return false;
  const { spec, status, metadata } = deployment as KubeObject & { spec: any; status?: any };
  if ((status?.observedGeneration ?? 0) < (metadata.generation ?? 0)) return false;
  const sets = ownedBy(objects, deployment).filter((object) => object.kind === 'ReplicaSet');
  const pods = sets.flatMap((set) => ownedBy(objects, set)).filter((object) => object.kind === 'Pod');
  if (pods.some((pod) => !isLivePod(pod))) return false;
  if (pods.some((pod) => !pod['spec']?.nodeName && condition(pod, 'PodScheduled')?.status !== 'False')) return false;
  return pods.length >= (spec.replicas ?? 1);
}
