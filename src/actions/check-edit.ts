import { describeRef, sameRef } from '../domain/kubernetes/object.ts';
import type { Plan } from '../domain/plan/plan.ts';
import type { GivenParameters } from '../domain/approval/request.ts';
import { bind, type BoundAction } from './registry.ts';

/**
 * Checks an edit that gives these parameters to the plan. The edit is allowed if three conditions hold:
 * - The plan has exactly one step.
 * - The action of the step has these parameters and accepts their values.
 * - With these parameters, the step changes the same object as before.
 *
 * @returns why the edit is not allowed, in one sentence; undefined if the edit is allowed.
 */
export function checkEdit(plan: Plan, parameters: GivenParameters): string | undefined {
  const [step, ...otherSteps] = plan.steps;
  if (!step || otherSteps.length > 0)
    return `a plan of ${plan.steps.length} steps cannot be edited: request another repair instead`;
  const unknownName = Object.keys(parameters).find((name) => !Object.hasOwn(step.parameters, name));
  if (unknownName) return `${step.action} has no parameter ${unknownName}`;
  try {
    const [before, after] = [step.parameters, { ...step.parameters, ...parameters }].map((given) =>
      changedObject(bind(plan.namespace, { action: step.action, parameters: given })),
    );
    if (before && after && sameRef(before, after)) return undefined;
    const old = before ? describeRef(before) : 'before';
    return `with these parameters the plan would change another object than ${old}: request another repair instead`;
  } catch (error) {
    return (error as Error).message;
  }
}

function changedObject({ action, input }: BoundAction) {
  return action.objectsToRead(input)[0];
}
