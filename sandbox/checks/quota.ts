import { describeRef, findObject } from '../../src/domain/kubernetes/object.ts';
import { condition } from '../../src/domain/kubernetes/object-status.ts';
import type { Check } from '../../src/domain/rehearsal/report.ts';
import { replicaSetsOf } from '../../src/domain/kubernetes/owner-chain.ts';
import { check, type Findings } from '../report/findings.ts';
import type { Replay } from '../replay/replay.ts';

/** Every pod could be created: no ResourceQuota and no LimitRange refused one. */
export function quota({ touched }: Findings, { objects, events }: Replay): Check {
  const failures = touched.flatMap((ref) => {
    const deployment = findObject(objects, ref);
    if (!deployment) return [];
    const names = new Set(replicaSetsOf(objects, deployment).map((set) => set.metadata.name));
    const refusals = events
      .filter((event) => event['reason'] === 'FailedCreate' && names.has(event['involvedObject']?.name))
      .map((event) => `${describeRef(ref)}: ${withoutVolatile(String(event['message']))}`);
    const failing = condition(deployment, 'ReplicaFailure')?.status === 'True';
    return refusals.length > 0 || !failing ? refusals : [`${describeRef(ref)}: its pods cannot be created`];
  });
  return check('quota', failures, {
    passed: 'every pod could be created within the quotas and limits of the namespace',
    failed: 'a quota or a limit of the namespace refused pods',
  });
}

/** Removes what differs between two runs: the random name of the pod, and the usage at that moment of the rollout. */
function withoutVolatile(message: string): string {
  return message.replace(/pods "[^"]*"/g, 'a pod').replace(/, used: .*?(?=, limited: )/g, '');
}
