import type { ReportVerifier } from '../../domain/rehearsal/ports.ts';
import { allowedAndApproved, approvedAtStart, type ApprovalDeps } from './approval-checks.ts';
import type { CheckContext, ExecutionContext } from './execution-context.ts';
import { clusterKnown, stepsAreValid, rulesMatchPlan, belongsToIncident, undoRevertsSteps } from './plan-checks.ts';
import type { Admissions } from '../admission/admissions.ts';
import { notInvalidated } from '../admission/requesters.ts';
import { preflightConfirms, notExpired, reportMatchesPlan, reportSigned } from './report-checks.ts';
import { undoInTime } from './undoable.ts';

/** What the checks before an execution need from outside. */
export interface RecheckDeps extends ApprovalDeps {
  reports: ReportVerifier;
  admissions: Pick<Admissions, 'of'>;
}

type Check = (context: CheckContext, deps: RecheckDeps) => string[] | Promise<string[]>;

const checksOfBothDirections: readonly Check[] = [
  belongsToIncident,
  (context, { clusters }) => clusterKnown(context, clusters),
  stepsAreValid,
  undoRevertsSteps,
  rulesMatchPlan,
  (context, { reports }) => reportSigned(context, reports),
  reportMatchesPlan,
];

/** The checks for each direction, in the order in which they run. A check may rely on the earlier checks. */
const checks: Record<ExecutionContext['direction'], readonly Check[]> = {
  do: [...checksOfBothDirections, notExpired, notInvalidated, preflightConfirms, allowedAndApproved],
  // The undo steps were rehearsed and approved with the plan (ADR 4). So an undo needs no preflight and no new verdict,
  // and may begin after the dossier has expired.
  undo: [...checksOfBothDirections, undoInTime, approvedAtStart],
};

/**
 * Verifies the journal and the admissions of the dossier's incident, then runs the checks of the context's direction. The
 * gateway does not rely on the checks of other processes, because an attacker may control these processes.
 * @returns the reasons of the first check that fails; empty if all checks pass.
 * @throws AirlockError, for example `policy-unavailable` (retry), `archive-corrupt` or `journal-corrupt`.
 */
export async function recheck(context: ExecutionContext, deps: RecheckDeps): Promise<string[]> {
  const { incident, trace } = context.dossier;
  const admissions = await deps.admissions.of({ incident, trace });
  for (const check of checks[context.direction]) {
    const reasons = await check({ ...context, admissions }, deps);
    if (reasons.length > 0) return reasons;
  }
  return [];
}
