import type { Check } from '../../src/domain/rehearsal/report.ts';
import type { Findings } from '../report/findings.ts';
import { admission, rbacSufficient } from './admission.ts';
import { availability } from './availability.ts';
import { basis } from './basis.ts';
import { outside } from './outside.ts';
import { pdb } from './pdb.ts';
import { quota } from './quota.ts';
import { rbacMinimal } from './rbac-minimal.ts';
import { references } from './references.ts';
import { scheduled } from './scheduled.ts';
import { undo } from './undo.ts';

/** The checks that ask how the plan ran, and those that ask what came of it, once it was applied. */
const always = [basis, admission, rbacSufficient, rbacMinimal];
const applied = [scheduled, references, quota, availability, pdb, outside];

/** Every check in the order in which an approver reads them. What was not applied has no effects to check. */
export function runChecks(findings: Findings): Check[] {
  const { done } = findings;
  return [
    ...always.map((check) => check(findings)),
    ...(done && !done.refusal ? applied.map((check) => check(findings, done)) : []),
    undo(findings),
  ];
}
