import { bind } from '../../src/actions/registry.ts';
import { sameJson } from '../../src/lib/json/json.ts';
import { findObject, type KubeObject } from '../../src/domain/kubernetes/object.ts';
import type { Plan } from '../../src/domain/plan/plan.ts';
import { restartedAt, withoutRestart } from '../../src/domain/kubernetes/restarted-at.ts';
import { restartKey, type Behaviour, type Behaviours } from './behaviours.ts';
import { replicaSetsOf } from '../../src/domain/kubernetes/owner-chain.ts';

// Placeholders. They get only into annotations of the changed object. This file reads only the pod template.
const reference = { execution: 'rehearsal', step: 'rehearsal', trace: 'rehearsal' };

/**
 * Adds an entry to `behaviours` for each restart in the plan. A restart changes only an annotation of the pod template.
 * So the new pods get the behaviour of the present pods. The new ReplicaSet has no uid yet, so the key of the entry is
 * a `restartKey`. No entry is added if no ReplicaSet has the Deployment's present template.
 */
export function withRestarts(behaviours: Behaviours, plan: Plan, objects: readonly KubeObject[]): Behaviours {
  const restarts = plan.steps.flatMap((step) => {
    const { action, input } = bind(plan.namespace, step);
    const current = action.objectsToRead(input).flatMap((ref) => findObject(objects, ref) ?? [])[0];
    return current ? restartOf(objects, current, () => action.objectsAfter(input, objects, reference)) : [];
  });
  const added = restarts.flatMap(({ time, set }): [string, Behaviour][] => {
    const behaviour = behaviours.get(set.metadata.uid ?? '');
    return behaviour ? [[restartKey(time), behaviour]] : [];
  });
  return new Map([...behaviours, ...added]);
}

/**
 * Compares the pod templates before and after one step. If the step changes only the annotation `restartedAt`, returns
 * the new value of the annotation, and the ReplicaSet that has the template. If several ReplicaSets have the template,
 * returns the one with the most replicas. In all other cases, returns an empty list.
 */
function restartOf(
  objects: readonly KubeObject[],
  current: KubeObject,
  objectsAfter: () => KubeObject[],
): { time: string; set: KubeObject }[] {
  if (current.kind !== 'Deployment') return [];
  const before = current['spec'].template;
  const after = objectsAfter()[0]?.['spec'].template;
  const time: string | undefined = after?.metadata?.annotations?.[restartedAt];
  const isRestart = !sameJson(before, after) && sameJson(withoutRestart(before), withoutRestart(after));
  if (!isRestart || !time) return [];
  const sets = replicaSetsOf(objects, current).filter((set) =>
    sameJson(withoutRestart(set['spec'].template), withoutRestart(before)),
  );
  const [set] = sets.sort((a, b) => (b['spec'].replicas ?? 0) - (a['spec'].replicas ?? 0));
  return set ? [{ time, set }] : [];
}
