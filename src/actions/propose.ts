import type { KubeObject } from '../domain/kubernetes/object.ts';
import type { Plan, Step } from '../domain/plan/plan.ts';
import type { StepReference } from './action.ts';
import { preconditionOf, bind } from './registry.ts';

/** A step without id and precondition. */
export type StepDraft = Pick<Step, 'action' | 'parameters'>;

/** Steps and the steps that undo them, with their preconditions. */
export type Proposal = Pick<Plan, 'steps' | 'undo' | 'noUndo'>;

// Preconditions never cover annotations, so their prediction works with any reference.
const reference: StepReference = { execution: 'proposal', step: 'proposal', trace: 'proposal' };

/**
 * Turns drafts into steps with preconditions, and adds the steps that undo them, in reverse order. The precondition of
 * each step is over the state that the steps before it will have left.
 * @param namespace undefined for actions on cluster-scoped objects.
 * @param objects redacted objects of the namespace, or the cluster-scoped ones.
 * @throws AirlockError when a parameter is invalid or an object no longer exists.
 */
export function propose(
  namespace: string | undefined,
  drafts: readonly StepDraft[],
  objects: readonly KubeObject[],
): Proposal {
  const state = new Map(objects.map((object) => [key(object), object]));
  const run = (step: StepDraft, id: string): Step => {
    const bound = bind(namespace, step);
    const before = [...state.values()];
    const precondition = preconditionOf(bound, before);
    for (const object of bound.action.after(bound.use, before, reference)) state.set(key(object), object);
    return { id, action: step.action, parameters: { ...step.parameters }, precondition };
  };
  const steps = drafts.map((step, index) => run(step, `do-${index + 1}`));
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
