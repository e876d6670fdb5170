import type { KubeObject } from '../domain/kubernetes/object.ts';
import type { Plan, Step } from '../domain/plan/plan.ts';
import type { StepReference } from './action.ts';
import { preconditionOf, bind } from './registry.ts';

/** A step without id and precondition. */
export type StepDraft = Pick<Step, 'action' | 'parameters'>;

/** The steps of a plan, and the undo steps or the reason why there is no undo. All steps have preconditions. */
export type Proposal = Pick<Plan, 'steps' | 'undo' | 'noUndo'>;

// A placeholder. These ids get only into annotations, and preconditions do not contain those annotations.
const reference: StepReference = { execution: 'proposal', step: 'proposal', trace: 'proposal' };

/**
 * Turns drafts into steps with preconditions, and adds the undo steps, in reverse order. The precondition of each step
 * is computed from the predicted state after the earlier steps. If a step cannot be undone, there are no undo steps,
 * and `noUndo` says why.
 * @param namespace undefined for actions on cluster-scoped objects.
 * @param objects the redacted objects of the namespace, or the redacted cluster-scoped objects.
 * @throws AirlockError if a parameter is invalid or an object no longer exists.
 */
export function propose(
  namespace: string | undefined,
  drafts: readonly StepDraft[],
  objects: readonly KubeObject[],
): Proposal {
  const state = new Map(objects.map((object) => [key(object), object]));
  const stepFrom = (step: StepDraft, id: string): Step => {
    const bound = bind(namespace, step);
    const before = [...state.values()];
    const precondition = preconditionOf(bound, before);
    for (const object of bound.action.objectsAfter(bound.input, before, reference)) state.set(key(object), object);
    return { id, action: step.action, parameters: { ...step.parameters }, precondition };
  };
  const steps = drafts.map((step, index) => stepFrom(step, `do-${index + 1}`));
  const undo: Step[] = [];
  for (const step of steps.toReversed()) {
    const { action, input } = bind(namespace, step);
    const undoDraft = action.undo(input);
    if ('none' in undoDraft) return { steps, undo: [], noUndo: undoDraft.none };
    undo.push(stepFrom(undoDraft, step.id.replace('do', 'undo')));
  }
  return { steps, undo };
}

function key({ apiVersion, kind, metadata }: KubeObject): string {
  return [apiVersion, kind, metadata.namespace ?? '', metadata.name].join(' ');
}
