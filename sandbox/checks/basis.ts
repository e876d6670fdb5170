import { sameJson } from '../../src/lib/json.ts';
import type { Check } from '../../src/domain/rehearsal/report.ts';
import { check, type Findings } from '../report/findings.ts';
import { refusalsOf } from './admission.ts';

/** The plan was made for this state: every basis found in the snapshot, or predicted from it, is the plan's. */
export function basis(findings: Findings): Check {
  const { plan, bases } = findings;
  const changed = [...plan.steps, ...plan.undo]
    .filter((step) => !sameJson(step.basis, bases[step.id]))
    .map((step) => `step ${step.id}: the objects are not those that the plan was made for`);
  return check('basis', [...changed, ...refusalsOf(findings, 'basis')], {
    passed: 'every step found what the plan was made for',
    failed: 'the target has changed since the plan was made: plan again',
  });
}
