import type { Check } from '../../src/domain/rehearsal/report.ts';
import type { CheckInput } from '../report/check-input.ts';
import { checkAdmission, checkRbacSufficient } from './admission.ts';
import { checkAvailability } from './availability.ts';
import { checkPrecondition } from './precondition.ts';
import { checkSideEffects } from './side-effects.ts';
import { checkPdb } from './pdb.ts';
import { checkQuota } from './quota.ts';
import { checkRbacMinimal } from './rbac-minimal.ts';
import { checkReferences } from './references.ts';
import { checkScheduled } from './scheduled.ts';
import { checkUndo } from './undo.ts';

/** Checks that apply to every plan, even if a step was refused or no step ran. */
const stepChecks = [checkPrecondition, checkAdmission, checkRbacSufficient, checkRbacMinimal];
/** Checks of the plan's effects. They apply only if the plan ran without a refusal. */
const effectChecks = [checkScheduled, checkReferences, checkQuota, checkAvailability, checkPdb, checkSideEffects];

/** Runs every check that applies. The results are in the order in which an approver reads them. */
export function runChecks(input: CheckInput): Check[] {
  const { planRun } = input;
  return [
    ...stepChecks.map((check) => check(input)),
    ...(planRun && !planRun.refusal ? effectChecks.map((check) => check(input, planRun)) : []),
    checkUndo(input),
  ];
}
