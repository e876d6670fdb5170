import { sameJson } from '../../src/lib/json.ts';
import type { Check } from '../../src/domain/rehearsal/report.ts';
import { check, type Findings } from '../report/findings.ts';
import { refusalsOf } from './admission.ts';

/** Every precondition of the plan equals the one that was found in the snapshot, or predicted from it. */
export function precondition(findings: Findings): Check {
  const { plan, preconditions } = findings;
  const changed = [...plan.steps, ...plan.undo]
    .filter((step) => !sameJson(step.precondition, preconditions[step.id]))
    .map((step) => `step ${step.id}: its objects differ from those that the plan was made for`);
  return check('precondition', [...changed, ...refusalsOf(findings, 'precondition')], {
    passed: 'every step found the state that the plan was made for',
    failed: 'the target has changed since the plan was made: make a new plan',
  });
}
