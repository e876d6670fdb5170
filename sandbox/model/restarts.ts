import { bind } from '../../src/actions/registry.ts';
import { sameJson } from '../../src/lib/json/json.ts';
import { findObject, type KubeObject } from '../../src/domain/kubernetes/object.ts';
import type { Plan } from '../../src/domain/plan/plan.ts';
import { restartedAt, withoutRestart } from '../../src/domain/kubernetes/restarted-at.ts';
import { restartKey, type Behaviour, type Behaviours } from './behaviours.ts';
import { replicaSetsOf } from '../../src/domain/kubernetes/owner-chain.ts';

// Placeholders. These ids get only into annotations of the Deployment, and this file reads only its pod template.
const reference = { execution: 'rehearsal', step: 'rehearsal', trace: 'rehearsal' };

/**
 * Adds an entry for each restart in the plan. A restart changes only an annotation of the template, so the new pods
 * behave as the present pods do. The new ReplicaSet does not exist yet and has no uid. So the key of the entry is the
 * time in the annotation (`restartKey`).
 */
export function withRestarts(behaviours: Behaviours, plan: Plan, objects: readonly KubeObject[]): Behaviours {
  const restarts = plan.steps.flatMap((step) => {
    const { action, input } = bind(plan.namespace, step);
    const live = action.reads(input).flatMap((ref) => findObject(objects, ref) ?? [])[0];
    return live ? restartOf(objects, live, () => action.objectsAfter(input, objects, reference)) : [];
  });
  const added = restarts.flatMap(({ time, set }): [string, Behaviour][] => {
    const behaviour = behaviours.get(set.metadata.uid ?? '');
    return behaviour ? [[restartKey(time), behaviour]] : [];
  });
  return new Map([...behaviours, ...added]);
}

/**
 * For a restart step, returns one entry: the time in the restart annotation, and the ReplicaSet that has the present
 * template. Returns an empty list for other steps, or if no ReplicaSet has this template.
 */
function restartOf(
  objects: readonly KubeObject[],
  live: KubeObject,
  objectsAfter: () => KubeObject[],
): { time: string; set: KubeObject }[] {
  if (live.kind !== 'Deployment') return [];
  const before = live['spec'].template;
  const next = objectsAfter()[0]?.['spec'].template;
  const time: string | undefined = next?.metadata?.annotations?.[restartedAt];
  const isRestart = !sameJson(before, next) && sameJson(withoutRestart(before), withoutRestart(next));
  if (!isRestart || !time) return [];
  const sets = replicaSetsOf(objects, live).filter((set) =>
    sameJson(withoutRestart(set['spec'].template), withoutRestart(before)),
  );
  const [set] = sets.sort((a, b) => (b['spec'].replicas ?? 0) - (a['spec'].replicas ?? 0));
  return set ? [{ time, set }] : [];
}
