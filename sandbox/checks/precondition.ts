import { sameJson } from '../../src/lib/json/json.ts';
import type { Check } from '../../src/domain/rehearsal/report.ts';
import { checkResult, type CheckInput } from '../report/check-input.ts';
import { refusalsOf } from './admission.ts';

/**
 * Fails if the rehearsal computed a different precondition for a step than the plan records. Fails also if a step
 * stopped in the sandbox because an object of the step had changed or did not exist.
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
