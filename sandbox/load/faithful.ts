import { conditionOf } from '../../src/domain/kubernetes/object-status.ts';
import { describeRef, refOf, type KubeObject } from '../../src/domain/kubernetes/object.ts';
import { controllerOf, livePodsOf } from '../../src/domain/kubernetes/owner-chain.ts';

const workloadKinds = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet']);

/**
 * Compares the target with the sandbox, after the controllers of the sandbox have acted. Compares three things of each
 * workload: the desired replicas, the uids of the live pods, and which of these pods are ready.
 * @returns one sentence per workload that differs. The list is empty if the sandbox is faithful.
 */
export function differences(target: readonly KubeObject[], sandbox: readonly KubeObject[]): string[] {
  return target
    .filter((object) => workloadKinds.has(object.kind) && !isPartOfDeployment(object))
    .flatMap((workload) => {
      const expected = shapeOf(target, workload);
      const copy = sandbox.find((object) => object.metadata.uid === workload.metadata.uid);
      const name = describeRef(refOf(workload));
      if (!copy) return [`${name} is missing in the sandbox`];
      const actual = shapeOf(sandbox, copy);
      if (actual.counts !== expected.counts) {
        return [`${name} has ${expected.counts} in the target, but ${actual.counts} in the sandbox`];
      }
      return actual.pods === expected.pods ? [] : [`${name} has other pods in the sandbox than in the target`];
    })
    .sort();
}

function isPartOfDeployment(object: KubeObject): boolean {
  return controllerOf(object)?.kind === 'Deployment';
}

function shapeOf(objects: readonly KubeObject[], workload: KubeObject): { counts: string; pods: string } {
  const pods = livePodsOf(objects, workload);
  const ready = pods.filter((pod) => conditionOf(pod, 'Ready')?.status === 'True');
  const replicas = workload['spec']?.replicas;
  const desired = replicas === undefined ? '' : `${replicas} replicas, `;
  const uids = pods.map((pod) => `${pod.metadata.uid} ${ready.includes(pod)}`).sort();
  return { counts: `${desired}${pods.length} live pods, ${ready.length} ready`, pods: uids.join() };
}
