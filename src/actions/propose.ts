import type { KubeObject } from '../domain/kubernetes/object.ts';
import type { Plan, Step } from '../domain/plan/plan.ts';
import type { Stamp } from './action.ts';
import { basisOf, bind } from './catalogue.ts';

/** What a playbook asks for, before any basis. */
export type WantedStep = Pick<Step, 'action' | 'parameters'>;

/** Steps with their bases, and the steps that take them back with theirs. */
export type Proposal = Pick<Plan, 'steps' | 'undo' | 'noUndo'>;

// Bases never cover annotations, so any stamp does for predicting them.
const stamp: Stamp = { execution: 'proposal', step: 'proposal', trace: 'proposal' };

/**
 * Gives each wanted step its basis: the first over the objects as they are, a later one over what the earlier will have
 * made of them; then the undo of each, backwards, each over what the one before it will have left.
 * @param namespace absent for actions on cluster-scoped objects.
 * @param objects redacted objects of the namespace, or the cluster-scoped ones.
 * @throws AirlockError when a parameter is not accepted or an object is gone.
 */
export function propose(
  namespace: string | undefined,
  wanted: readonly WantedStep[],
  objects: readonly KubeObject[],
): Proposal {
  const world = new Map(objects.map((object) => [key(object), object]));
  const run = (step: WantedStep, id: string): Step => {
    const bound = bind(namespace, step);
    const before = [...world.values()];
    const basis = basisOf(bound, before);
    for (const object of bound.action.after(bound.use, before, stamp)) world.set(key(object), object);
    return { id, action: step.action, parameters: { ...step.parameters }, basis };
  };
  const steps = wanted.map((step, index) => run(step, `do-${index + 1}`));
  const undo: Step[] = [];
  for (const step of steps.toReversed()) {
    const { action, use } = bind(namespace, step);
    const back = action.undo(use);
    if ('none' in back) return { steps, undo: [], noUndo: back.none };
    undo.push(run(back, step.id.replace('do', 'undo')));
  }
  return { steps, undo };
}

function key({ apiVersion, kind, metadata }: KubeObject): string {
  return [apiVersion, kind, metadata.namespace ?? '', metadata.name].join(' ');
}
