import { condition, isLivePod } from '../../src/domain/kubernetes/object-status.ts';
import { findObject, type KubeObject, type ObjectRef } from '../../src/domain/kubernetes/object.ts';
import { controlledBy, replicaSetsOf } from '../../src/domain/kubernetes/owner-chain.ts';
import type { Check } from '../../src/domain/rehearsal/report.ts';
import { check, type Findings } from '../report/findings.ts';
import type { Replay } from '../replay/replay.ts';

/** Every pod of the changed workloads was scheduled. Otherwise the details have the scheduler's message for each pod. */
export function scheduled({ touched }: Findings, { objects, unsettled }: Replay): Check {
  const waiting = touched.flatMap((ref) => unscheduled(objects, ref));
  const open = unsettled.map((ref) => `${ref.kind} ${ref.name} had not settled at the horizon`);
  return check('scheduled', [...waiting, ...open], {
    passed: 'every pod was scheduled',
    failed:
      waiting.length > 0
        ? `${waiting.length} ${waiting.length === 1 ? 'pod stays' : 'pods stay'} without a node: the cluster has no capacity`
        : 'the rollout did not finish before the horizon',
  });
}

/** One line per pod without a node. Names of new pods are random, so pods are numbered within their ReplicaSet. */
function unscheduled(objects: readonly KubeObject[], workload: ObjectRef): string[] {
  const deployment = findObject(objects, workload);
  if (!deployment) return [];
  const sets = replicaSetsOf(objects, deployment).sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  return sets.flatMap((set) =>
    controlledBy(objects, set)
      .filter((pod) => isLivePod(pod) && !pod['spec']?.nodeName)
      .map((pod) => condition(pod, 'PodScheduled')?.message ?? 'the scheduler has not tried to schedule it')
      .sort()
      .map((message, index) => `${set.metadata.name}/${index + 1}: ${message}`),
  );
}
