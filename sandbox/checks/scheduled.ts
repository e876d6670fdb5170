import { condition, isLivePod } from '../../src/domain/rehearsal/measurement.ts';
import { findObject, ownedBy, type KubeObject, type ObjectRef } from '../../src/domain/kubernetes/object.ts';
import type { Check } from '../../src/domain/rehearsal/report.ts';
import { setsOf } from '../load/faithful.ts';
import { check, type Findings } from '../report/findings.ts';
import type { Replay } from '../replay/replay.ts';

/** A node was found for every pod of the touched workloads; else the scheduler's own words, one line per pod. */
export function scheduled({ touched }: Findings, { objects, unsettled }: Replay): Check {
  const waiting = touched.flatMap((ref) => unscheduled(objects, ref));
  const open = unsettled.map((ref) => `${ref.kind} ${ref.name} was still at work when the horizon was reached`);
  return check('scheduled', [...waiting, ...open], {
    passed: 'every pod was given a node',
    failed:
      waiting.length > 0
        ? `${waiting.length} ${waiting.length === 1 ? 'pod stays' : 'pods stay'} without a node: the cluster has no room`
        : 'the rollout did not come to an end',
  });
}

/** One line per pod without a node. Names of new pods are random, so they are numbered below their ReplicaSet. */
export function unscheduled(objects: readonly KubeObject[], workload: ObjectRef): string[] {
  const deployment = findObject(objects, workload);
  if (!deployment) return [];
  const sets = setsOf(objects, deployment).sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  return sets.flatMap((set) =>
    ownedBy(objects, set)
      .filter((pod) => isLivePod(pod) && !pod['spec']?.nodeName)
      .map((pod) => condition(pod, 'PodScheduled')?.message ?? 'the scheduler has not looked at it')
      .sort()
      .map((words, index) => `${set.metadata.name}/${index + 1}: ${words}`),
  );
}
