import type { ReportVerifier } from '../../domain/rehearsal/ports.ts';
import { allowedAndApproved, stillApproved, type ApprovalDeps } from './approval-checks.ts';
import type { ExecutionContext } from './execution-context.ts';
import { clusterKnown, stepsAreValid, rulesMatchPlan, sameIncident, undoRevertsSteps } from './plan-checks.ts';
import { notInvalidated } from '../admission/requesters.ts';
import { preflightConfirms, notExpired, reportMatchesPlan, reportSigned } from './report-checks.ts';
import { undoInTime } from './undoable.ts';

/** What the checks need from outside. */
export interface RecheckDeps extends ApprovalDeps {
  reports: ReportVerifier;
}

type Check = (context: ExecutionContext, deps: RecheckDeps) => string[] | Promise<string[]>;

const always: readonly Check[] = [
  sameIncident,
  (context, { clusters }) => clusterKnown(context, clusters),
  stepsAreValid,
  undoRevertsSteps,
  rulesMatchPlan,
  (context, { reports }) => reportSigned(context, reports),
  reportMatchesPlan,
];

/**
 * The checks before an execution, for each direction. They run in this order, so a check may rely on the checks before
 * it.
 */
const checks: Record<ExecutionContext['direction'], readonly Check[]> = {
  do: [...always, notExpired, notInvalidated, preflightConfirms, allowedAndApproved],
  // The undo was rehearsed and approved together with the plan. So the dossier may have expired, and no preflight
  // rehearsal and no new verdict are needed (ADR 4).
  undo: [...always, undoInTime, stillApproved],
};

/**
 * Checks everything again from signed data, so the gateway does not rely on the checks of other processes.
 * @returns the reasons of the first check that fails; empty if the execution may run.
 * @throws AirlockError if a server does not answer (retry) or an archived token was changed (`token-corrupt`).
 */
export async function recheck(context: ExecutionContext, deps: RecheckDeps): Promise<string[]> {
  for (const check of checks[context.direction]) {
    const reasons = await check(context, deps);
    if (reasons.length > 0) return reasons;
  }
  return [];
}
