import { describeRef, sameRef } from '../domain/kubernetes/object.ts';
import type { Plan } from '../domain/plan/plan.ts';
import type { GivenParameters } from '../domain/approval/request.ts';
import { bind, type BoundAction } from './registry.ts';

/**
 * Checks whether an edit may give these parameters to the plan. The plan must have exactly one step. The action of the
 * step must have these parameters and accept the values. The plan must still change the same object.
 * @returns why the plan cannot be edited, in one sentence, or undefined if the plan can be edited.
 */
export function checkEdit(plan: Plan, parameters: GivenParameters): string | undefined {
  const [step, ...others] = plan.steps;
  if (!step || others.length > 0) return `a plan of ${plan.steps.length} steps cannot be edited: request a new change`;
  const unknown = Object.keys(parameters).find((name) => !Object.hasOwn(step.parameters, name));
  if (unknown) return `${plan.action} has no parameter ${unknown}`;
  try {
    const [before, after] = [step.parameters, { ...step.parameters, ...parameters }].map((each) =>
      targetOf(bind(plan.namespace, { action: step.action, parameters: each })),
    );
    if (before && after && sameRef(before, after)) return undefined;
    const changed = before ? describeRef(before) : 'no object';
    return `the plan changes ${changed}; an edit cannot change another object: request a new change`;
  } catch (error) {
    return (error as Error).message;
  }
}

function targetOf({ action, input }: BoundAction) {
  return action.reads(input)[0];
}
