import type { KubeObject } from '../domain/kubernetes/object.ts';
import type { Plan, Step } from '../domain/plan/plan.ts';
import type { StepReference } from './action.ts';
import { preconditionOf, bind } from './registry.ts';

/** A step without id and precondition. */
export type StepDraft = Pick<Step, 'action' | 'parameters'>;

/** The steps and the undo steps of a plan. If there are no undo steps, `noUndo` is the reason. */
export type Proposal = Pick<Plan, 'steps' | 'undo' | 'noUndo'>;

// A placeholder. `objectsAfter` writes these ids into annotations. No precondition contains these annotations.
const reference: StepReference = { execution: 'proposal', step: 'proposal', trace: 'proposal' };

/**
 * Returns the steps of the drafts, and the undo steps in reverse order. Each precondition is computed from the
 * predicted state of the objects directly before its step. If one step cannot be undone, there are no undo steps.
 * @param namespace undefined for actions on cluster-scoped objects.
 * @param objects redacted objects. The list must contain every object that a step or an undo step reads.
 * @throws AirlockError `bad-input` if the namespace or a parameter is invalid; `object-not-found` if the list lacks
 * such an object.
 */
export function propose(
  namespace: string | undefined,
  drafts: readonly StepDraft[],
  objects: readonly KubeObject[],
): Proposal {
  const predicted = new Map(objects.map((object) => [keyOf(object), object]));
  const stepFrom = (draft: StepDraft, id: string): Step => {
    const bound = bind(namespace, draft);
    const before = [...predicted.values()];
    const precondition = preconditionOf(bound, before);
    const after = bound.action.objectsAfter(bound.input, before, reference);
    for (const object of after) predicted.set(keyOf(object), object);
    return { id, action: draft.action, parameters: { ...draft.parameters }, precondition };
  };
  const steps = drafts.map((step, index) => stepFrom(step, `do-${index + 1}`));
  const undo: Step[] = [];
  for (const step of steps.toReversed()) {
    const { action, input } = bind(namespace, step);
    const undoDraft = action.undo(input);
    if ('noUndo' in undoDraft) return { steps, undo: [], noUndo: undoDraft.noUndo };
    undo.push(stepFrom(undoDraft, step.id.replace('do', 'undo')));
  }
  return { steps, undo };
}

function keyOf({ apiVersion, kind, metadata }: KubeObject): string {
  return [apiVersion, kind, metadata.namespace ?? '', metadata.name].join(' ');
}
