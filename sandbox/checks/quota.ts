import { describeRef, findObject } from '../../src/domain/kubernetes/object.ts';
import { conditionOf } from '../../src/domain/kubernetes/object-status.ts';
import type { Check } from '../../src/domain/rehearsal/report.ts';
import { replicaSetsOf } from '../../src/domain/kubernetes/owner-chain.ts';
import { checkResult, type CheckInput } from '../report/check-input.ts';
import type { SandboxRun } from '../run/run-plan.ts';

/**
 * Passes if every pod of the changed Deployments could be created. For example, a ResourceQuota or a LimitRange can
 * refuse pods.
 */
export function checkQuota({ touched }: CheckInput, { objects, events }: SandboxRun): Check {
  const failures = touched.flatMap((ref) => {
    const deployment = findObject(objects, ref);
    if (!deployment) return [];
    const names = new Set(replicaSetsOf(objects, deployment).map((set) => set.metadata.name));
    const refusals = events
      .filter((event) => event['reason'] === 'FailedCreate' && names.has(event['involvedObject']?.name))
      .map((event) => `${describeRef(ref)}: ${withoutVolatile(String(event['message']))}`);
    const failing = conditionOf(deployment, 'ReplicaFailure')?.status === 'True';
    return refusals.length > 0 || !failing ? refusals : [`${describeRef(ref)}: its pods cannot be created`];
  });
  return checkResult('quota', failures, {
    passed: 'every pod could be created within the ResourceQuotas and LimitRanges of the namespace',
    failed: 'pods could not be created, for example because a ResourceQuota or a LimitRange refused them',
  });
}

/**
 * Removes the parts of the message that differ in every rehearsal: the random name of the pod, and the resource usage
 * at that moment of the rollout.
 */
function withoutVolatile(message: string): string {
  return message.replace(/pods "[^"]*"/g, 'a pod').replace(/, used: .*?(?=, limited: )/g, '');
}
