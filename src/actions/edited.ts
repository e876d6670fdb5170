import { describeRef, sameRef } from '../domain/kubernetes/object.ts';
import type { Plan } from '../domain/plan/plan.ts';
import type { GivenParameters } from '../domain/approval/request.ts';
import { bind, type BoundAction } from './catalogue.ts';

/**
 * Why a plan cannot be given other parameters: an edit changes how much, never what. The action has to know them and
 * accept them, and the object that changes stays the same.
 * @returns one sentence, or undefined where it can.
 */
export function editRefusal(plan: Plan, parameters: GivenParameters): string | undefined {
  const [step, ...others] = plan.steps;
  if (!step || others.length > 0) return `a plan of ${plan.steps.length} steps cannot be edited: ask for another`;
  const unknown = Object.keys(parameters).find((name) => !Object.hasOwn(step.parameters, name));
  if (unknown) return `${plan.action} has no parameter ${unknown}`;
  try {
    const [before, after] = [step.parameters, { ...step.parameters, ...parameters }].map((each) =>
      targetOf(bind(plan.namespace, { action: step.action, parameters: each })),
    );
    if (before && after && sameRef(before, after)) return undefined;
    return `an edit cannot turn to another object than ${before ? describeRef(before) : 'the plan’s'}: ask for another plan`;
  } catch (error) {
    return (error as Error).message;
  }
}

function targetOf({ action, use }: BoundAction) {
  return action.reads(use)[0];
}
