import { sameJson } from '../../src/lib/json/json.ts';
import type { Check } from '../../src/domain/rehearsal/report.ts';
import { checkResult, type CheckInput } from '../report/check-input.ts';
import { refusalsOf } from './admission.ts';

/**
 * The plan records the precondition of every step, and the rehearsal computes it again from the snapshot. Passes if both
 * are equal.
 */
export function checkPrecondition(input: CheckInput): Check {
  const { plan, preconditions } = input;
  const changed = [...plan.steps, ...plan.undo]
    .filter((step) => !sameJson(step.precondition, preconditions[step.id]))
    .map((step) => `step ${step.id}: its objects differ from those that the plan was made for`);
  return checkResult('precondition', [...changed, ...refusalsOf(input, 'precondition')], {
    passed: 'before each step, its objects were in the state that the plan was made for',
    failed: 'the target cluster has changed since the plan was made, so a new plan is needed',
  });
}
