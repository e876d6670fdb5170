import { bind } from '../../src/actions/catalogue.ts';
import { sameJson } from '../../src/lib/json.ts';
import { findObject, type KubeObject } from '../../src/domain/kubernetes/object.ts';
import type { Plan } from '../../src/domain/plan/plan.ts';
import { restartedAt, withoutRestart } from '../../src/domain/kubernetes/restarted-at.ts';
import { restartKey, type Behaviour, type Behaviours } from './behaviours.ts';
import { setsOf } from '../load/faithful.ts';

const stamp = { execution: 'rehearsal', step: 'rehearsal', trace: 'rehearsal' };

/**
 * The behaviours, and those of the pods that the plan makes anew of a template that they have: what such pods do is what
 * pods of that template did. Their ReplicaSet is not there yet, so they are known by when they will say they were made.
 */
export function withRestarts(behaviours: Behaviours, plan: Plan, objects: readonly KubeObject[]): Behaviours {
  const restarts = plan.steps.flatMap((step) => {
    const { action, use } = bind(plan.namespace, step);
    const live = action.reads(use).flatMap((ref) => findObject(objects, ref) ?? [])[0];
    return live ? restartOf(objects, live, () => action.after(use, objects, stamp)) : [];
  });
  const inherited = restarts.flatMap(({ time, set }): [string, Behaviour][] => {
    const behaviour = behaviours.get(set.metadata.uid ?? '');
    return behaviour ? [[restartKey(time), behaviour]] : [];
  });
  return new Map([...behaviours, ...inherited]);
}

/** The time that a step gives to new pods of the template that the Deployment has, and the ReplicaSet of that template. */
function restartOf(
  objects: readonly KubeObject[],
  live: KubeObject,
  after: () => KubeObject[],
): { time: string; set: KubeObject }[] {
  if (live.kind !== 'Deployment') return [];
  const was = live['spec'].template;
  const next = after()[0]?.['spec'].template;
  const time: string | undefined = next?.metadata?.annotations?.[restartedAt];
  const isRestart = !sameJson(was, next) && sameJson(withoutRestart(was), withoutRestart(next));
  if (!isRestart || !time) return [];
  const sets = setsOf(objects, live).filter((set) =>
    sameJson(withoutRestart(set['spec'].template), withoutRestart(was)),
  );
  const [set] = sets.sort((a, b) => (b['spec'].replicas ?? 0) - (a['spec'].replicas ?? 0));
  return set ? [{ time, set }] : [];
}
