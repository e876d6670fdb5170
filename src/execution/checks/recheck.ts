import type { ReportVerifier } from '../../domain/ports.ts';
import { allowedAndApproved, approvedBefore, type ApprovalDeps } from './approval-checks.ts';
import type { Facts } from './facts.ts';
import { clusterKnown, planBinds, rulesAreThePlans, sameIncident, undoTakesBack } from './plan-checks.ts';
import { notVoided } from '../admission/requesters.ts';
import { doorStillHolds, notExpired, reportIsOfThePlan, reportSigned } from './report-checks.ts';
import { undoInTime } from './undoable.ts';

/** What the checks ask outside. */
export interface RecheckDeps extends ApprovalDeps {
  reports: ReportVerifier;
}

type Check = (facts: Facts, deps: RecheckDeps) => string[] | Promise<string[]>;

const always: readonly Check[] = [
  sameIncident,
  (facts, { clusters }) => clusterKnown(facts, clusters),
  planBinds,
  undoTakesBack,
  rulesAreThePlans,
  (facts, { reports }) => reportSigned(facts, reports),
  reportIsOfThePlan,
];

/** Everything that has to hold before an execution, in this order; a later check may rely on the earlier ones. */
const checks: Record<Facts['direction'], readonly Check[]> = {
  do: [...always, notExpired, notVoided, doorStillHolds, allowedAndApproved],
  // Rehearsed with the plan that was signed, so neither expiry nor a new rehearsal nor a new verdict: ADR 4.
  undo: [...always, undoInTime, approvedBefore],
};

/**
 * Checks everything again from signed facts, as if no other process had checked anything.
 * @returns why it must not run, from the first check that has reasons; empty when it may.
 * @throws AirlockError when an answer cannot be had (retry) or an archived proof was tampered with (stop).
 */
export async function recheck(facts: Facts, deps: RecheckDeps): Promise<string[]> {
  for (const check of checks[facts.direction]) {
    const reasons = await check(facts, deps);
    if (reasons.length > 0) return reasons;
  }
  return [];
}
