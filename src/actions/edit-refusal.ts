import { describeRef, sameRef } from '../domain/kubernetes/object.ts';
import type { Plan } from '../domain/plan/plan.ts';
import type { GivenParameters } from '../domain/approval/request.ts';
import { bind, type BoundAction } from './registry.ts';

/**
 * Why a plan cannot be edited with these parameters. An edit changes values of parameters, never the object: the action must
 * have and accept the parameters, and the plan must still change the same object.
 * @returns one sentence, or undefined if the plan can be edited.
 */
export function editRefusal(plan: Plan, parameters: GivenParameters): string | undefined {
  const [step, ...others] = plan.steps;
  if (!step || others.length > 0) return `a plan of ${plan.steps.length} steps cannot be edited: request another plan`;
  const unknown = Object.keys(parameters).find((name) => !Object.hasOwn(step.parameters, name));
  if (unknown) return `${plan.action} has no parameter ${unknown}`;
  try {
    const [before, after] = [step.parameters, { ...step.parameters, ...parameters }].map((each) =>
      targetOf(bind(plan.namespace, { action: step.action, parameters: each })),
    );
    if (before && after && sameRef(before, after)) return undefined;
    return `an edit cannot change another object than ${before ? describeRef(before) : 'the plan’s'}: request another plan`;
  } catch (error) {
    return (error as Error).message;
  }
}

function targetOf({ action, use }: BoundAction) {
  return action.reads(use)[0];
}
