import { cutMessage } from '../../src/lib/cut-message.ts';
import { describeRef, findObject } from '../../src/domain/kubernetes/object.ts';
import { conditionOf } from '../../src/domain/kubernetes/object-status.ts';
import type { Check } from '../../src/domain/rehearsal/report.ts';
import { replicaSetsOf } from '../../src/domain/kubernetes/owner-chain.ts';
import { checkResult, type CheckInput } from '../report/check-input.ts';
import type { SandboxRun } from '../run/run-plan.ts';

/**
 * Fails if the creation of a pod of a changed Deployment failed, even if a later try succeeded. For example, a
 * ResourceQuota or a LimitRange can refuse a pod. Fails also if the Deployment has the condition ReplicaFailure at the
 * end.
 */
export function checkQuota({ touched }: CheckInput, { objects, events }: SandboxRun): Check {
  const failures = touched.flatMap((ref) => {
    const deployment = findObject(objects, ref);
    if (!deployment) return [];
    const names = new Set(replicaSetsOf(objects, deployment).map((set) => set.metadata.name));
    const failedCreations = events
      .filter((event) => event['reason'] === 'FailedCreate' && names.has(event['involvedObject']?.name))
      .map((event) => `${describeRef(ref)}: ${withoutVaryingParts(String(event['message']))}`);
    const hasReplicaFailure = conditionOf(deployment, 'ReplicaFailure')?.status === 'True';
    if (failedCreations.length > 0 || !hasReplicaFailure) return failedCreations;
    return [`${describeRef(ref)}: the condition ReplicaFailure is True`];
  });
  return checkResult('quota', failures, {
    passed: 'no ResourceQuota, LimitRange or other rule refused a pod of the changed Deployments',
    failed: 'a pod could not be created, for example because a ResourceQuota or a LimitRange refused the pod',
  });
}

/**
 * Removes from the message what can differ between two rehearsals of one plan: the random name of the pod, and the
 * resources that were in use when the pod was refused. A long message is cut (`cutMessage`).
 */
function withoutVaryingParts(message: string): string {
  return cutMessage(message)
    .replace(/pods "[^"]*"/g, 'a pod')
    .replace(/, used: .*?(?=, limited: )/g, '');
}
