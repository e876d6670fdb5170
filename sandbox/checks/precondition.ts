import { sameJson } from '../../src/lib/json/json.ts';
import type { Check } from '../../src/domain/rehearsal/report.ts';
import { checkResult, type CheckInput } from '../report/check-input.ts';
import { refusalsOf } from './admission.ts';

/**
 * Fails if a step or undo step has one precondition in the plan and a different one in the rehearsal. Fails also if a
 * step or undo step stopped in the sandbox, because an object of this step had changed or did not exist.
 */
export function checkPrecondition(input: CheckInput): Check {
  const { plan, preconditions } = input;
  const differences = [...plan.steps, ...plan.undo]
    .filter((step) => !sameJson(step.precondition, preconditions[step.id]))
    .map((step) => `step ${step.id}: the objects of this step are not in the state that the plan expects`);
  return checkResult('precondition', [...differences, ...refusalsOf(input, 'precondition')], {
    passed: 'the objects of every step are in the state that the plan expects',
    failed: 'the objects of a step are not in the state that the plan expects, so a new plan is needed',
  });
}
