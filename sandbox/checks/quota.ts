import { describeRef, findObject } from '../../src/domain/kubernetes/object.ts';
import { condition } from '../../src/domain/rehearsal/measurement.ts';
import type { Check } from '../../src/domain/rehearsal/report.ts';
import { setsOf } from '../load/faithful.ts';
import { check, type Findings } from '../report/findings.ts';
import type { Replay } from '../replay/replay.ts';

/** Every pod could be created: no ResourceQuota and no limit stood against it. */
export function quota({ touched }: Findings, { objects, events }: Replay): Check {
  const failures = touched.flatMap((ref) => {
    const deployment = findObject(objects, ref);
    if (!deployment) return [];
    const names = new Set(setsOf(objects, deployment).map((set) => set.metadata.name));
    const said = events
      .filter((event) => event['reason'] === 'FailedCreate' && names.has(event['involvedObject']?.name))
      .map((event) => `${describeRef(ref)}: ${withoutVolatile(String(event['message']))}`);
    const failing = condition(deployment, 'ReplicaFailure')?.status === 'True';
    return said.length > 0 || !failing ? said : [`${describeRef(ref)}: its pods cannot be created`];
  });
  return check('quota', failures, {
    passed: 'every pod could be created within quotas and limits',
    failed: 'pods were refused by a quota or a limit of the namespace',
  });
}

/** Leaves out the random name of the pod, and how much was in use at that moment of the rollout. */
export function withoutVolatile(message: string): string {
  return message.replace(/pods "[^"]*"/g, 'a pod').replace(/, used: .*?(?=, limited: )/g, '');
}
