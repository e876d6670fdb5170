import type { Check } from '../../src/domain/rehearsal/report.ts';
import type { Findings } from '../report/findings.ts';
import { admission, rbacSufficient } from './admission.ts';
import { availability } from './availability.ts';
import { precondition } from './precondition.ts';
import { sideEffects } from './side-effects.ts';
import { pdb } from './pdb.ts';
import { quota } from './quota.ts';
import { rbacMinimal } from './rbac-minimal.ts';
import { references } from './references.ts';
import { scheduled } from './scheduled.ts';
import { undo } from './undo.ts';

/** Checks of how the plan ran. */
const runs = [precondition, admission, rbacSufficient, rbacMinimal];
/** Checks of the plan's effects. A plan that was not applied has none. */
const effects = [scheduled, references, quota, availability, pdb, sideEffects];

/** Runs every check, in the order in which an approver reads them. */
export function runChecks(findings: Findings): Check[] {
  const { done } = findings;
  return [
    ...runs.map((check) => check(findings)),
    ...(done && !done.refusal ? effects.map((check) => check(findings, done)) : []),
    undo(findings),
  ];
}
