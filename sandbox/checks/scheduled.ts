import { conditionOf, isLivePod } from '../../src/domain/kubernetes/object-status.ts';
import { findObject, type KubeObject, type ObjectRef } from '../../src/domain/kubernetes/object.ts';
import { controlledBy, replicaSetsOf } from '../../src/domain/kubernetes/owner-chain.ts';
import type { Check } from '../../src/domain/rehearsal/report.ts';
import { checkResult, type CheckInput } from '../report/check-input.ts';
import type { SandboxRun } from '../run/run-plan.ts';

/**
 * Fails if a pod of a changed Deployment has no node. Fails also if a Deployment or Node of the plan was still changing
 * when the rehearsal stopped waiting. The details contain the scheduler's message for each pod without a node.
 */
export function checkScheduled({ touched }: CheckInput, { objects, unsettled }: SandboxRun): Check {
  const waiting = touched.flatMap((ref) => unscheduled(objects, ref));
  const notSettled = unsettled.map(
    (ref) => `${ref.kind} ${ref.name} was still changing when the rehearsal stopped waiting`,
  );
  return checkResult('scheduled', [...waiting, ...notSettled], {
    passed: 'every pod of the changed Deployments was scheduled',
    failed:
      waiting.length > 0
        ? `${waiting.length} ${waiting.length === 1 ? 'pod was' : 'pods were'} not scheduled`
        : 'an object of the plan was still changing when the rehearsal stopped waiting',
  });
}

/**
 * Returns one line per live pod without a node. Each line begins with the name of the pod's ReplicaSet and a number,
 * such as `web-5d9c/1`. The name of the pod is left out, because it is random and differs in every rehearsal.
 */
function unscheduled(objects: readonly KubeObject[], workload: ObjectRef): string[] {
  const deployment = findObject(objects, workload);
  if (!deployment) return [];
  const sets = replicaSetsOf(objects, deployment).sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  return sets.flatMap((set) =>
    controlledBy(objects, set)
      .filter((pod) => isLivePod(pod) && !pod['spec']?.nodeName)
      .map((pod) => conditionOf(pod, 'PodScheduled')?.message ?? 'the scheduler gave no message')
      .sort()
      .map((message, index) => `${set.metadata.name}/${index + 1}: ${message}`),
  );
}
