import { condition, isLivePod } from '../../src/domain/rehearsal/measurement.ts';
import { describeRef, ownedBy, refOf, type KubeObject } from '../../src/domain/kubernetes/object.ts';

const workloadKinds = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet']);

/**
 * Where the sandbox, once its controllers have acted, is not what the target was: per workload its replicas, and its
 * live pods by uid with their readiness. Restarts and times may differ, nothing else. Empty when it is faithful.
 */
export function differences(target: readonly KubeObject[], sandbox: readonly KubeObject[]): string[] {
  return target
    .filter((object) => workloadKinds.has(object.kind) && !isPartOfDeployment(object))
    .flatMap((workload) => {
      const was = shapeOf(target, workload);
      const copy = sandbox.find((object) => object.metadata.uid === workload.metadata.uid);
      const name = describeRef(refOf(workload));
      if (!copy) return [`${name} is gone`];
      const is = shapeOf(sandbox, copy);
      if (is.words !== was.words) return [`${name} had ${was.words} in the target, has ${is.words} in the sandbox`];
      return is.pods === was.pods ? [] : [`${name} has other pods in the sandbox than in the target`];
    })
    .sort();
}

function isPartOfDeployment(object: KubeObject): boolean {
  return (object.metadata.ownerReferences ?? []).some((owner) => owner.controller && owner.kind === 'Deployment');
}

function shapeOf(objects: readonly KubeObject[], workload: KubeObject): { words: string; pods: string } {
  const pods = podsOf(objects, workload);
  const ready = pods.filter((pod) => condition(pod, 'Ready')?.status === 'True');
  const replicas = workload['spec']?.replicas;
  const wanted = replicas === undefined ? '' : `${replicas} replicas, `;
  const uids = pods.map((pod) => `${pod.metadata.uid} ${ready.includes(pod)}`).sort();
  return { words: `${wanted}${pods.length} live pods, ${ready.length} ready`, pods: uids.join() };
}

/** Live pods of a workload, through its ReplicaSets where it is a Deployment. */
export function podsOf(objects: readonly KubeObject[], workload: KubeObject): KubeObject[] {
  const owners = workload.kind === 'Deployment' ? setsOf(objects, workload) : [workload];
  return owners.flatMap((owner) => ownedBy(objects, owner)).filter(isLivePod);
}

/** ReplicaSets of a Deployment. */
export function setsOf(objects: readonly KubeObject[], deployment: KubeObject): KubeObject[] {
  return ownedBy(objects, deployment).filter((object) => object.kind === 'ReplicaSet');
}
