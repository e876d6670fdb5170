import { conditionOf } from '../../src/domain/kubernetes/object-status.ts';
import { describeRef, refOf, type KubeObject } from '../../src/domain/kubernetes/object.ts';
import { controllerOf, livePodsOf } from '../../src/domain/kubernetes/owner-chain.ts';

const workloadKinds = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet']);

/**
 * Compares the target with the sandbox, after the controllers of the sandbox have acted. Compares each workload of the
 * target: its desired replicas, the uids of its live pods, and which of these pods are ready.
 * @param target objects of the snapshot. @param sandbox objects of the sandbox.
 * @returns one sentence for each workload that differs or that the sandbox lacks. Empty if the sandbox is faithful.
 */
export function differencesFromTarget(target: readonly KubeObject[], sandbox: readonly KubeObject[]): string[] {
  return target
    .filter((object) => workloadKinds.has(object.kind) && !isControlledByDeployment(object))
    .flatMap((workload) => {
      const expected = podSummaryOf(target, workload);
      const copy = sandbox.find((object) => object.metadata.uid === workload.metadata.uid);
      const name = describeRef(refOf(workload));
      if (!copy) return [`${name} is missing in the sandbox`];
      const actual = podSummaryOf(sandbox, copy);
      if (actual.counts !== expected.counts) {
        return [`${name} has ${expected.counts} in the target, but ${actual.counts} in the sandbox`];
      }
      if (actual.pods === expected.pods) return [];
      return [`${name} has other pods, or other ready pods, in the sandbox than in the target`];
    })
    .sort();
}

function isControlledByDeployment(object: KubeObject): boolean {
  return controllerOf(object)?.kind === 'Deployment';
}

/** `counts` is a text for people. `pods` has the uid of each live pod, and whether the pod is ready. */
function podSummaryOf(objects: readonly KubeObject[], workload: KubeObject): { counts: string; pods: string } {
  const pods = livePodsOf(objects, workload);
  const readyPods = pods.filter((pod) => conditionOf(pod, 'Ready')?.status === 'True');
  const replicas = workload['spec']?.replicas;
  const desired = replicas === undefined ? '' : `${replicas} replicas, `;
  const podStates = pods.map((pod) => `${pod.metadata.uid} ${readyPods.includes(pod)}`).sort();
  return { counts: `${desired}${pods.length} live pods, ${readyPods.length} ready`, pods: podStates.join() };
}
