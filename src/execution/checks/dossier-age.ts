import type { AdmittedDecision } from '../../domain/approval/decision.ts';
import type { ExecutionContext } from './execution-context.ts';

/** Seconds by which the clock of the governance process may be ahead of the gateway's clock. */
const clockSkewSeconds = 30;

/**
 * Compares the lifetime of the dossier and the age of its approvals with the gateway's own limit, because a compromised
 * governance process could write any time into a dossier. A dossier that was created in the future is refused too.
 * @param approvals the decisions that approve the execution.
 * @param maxSeconds the limit for the plan's tier in the verdict that the gateway got from policy.
 * @returns the reasons not to execute; empty if everything is within the limit.
 */
export function tooOld(
  { dossier, now, startedAt }: ExecutionContext,
  approvals: readonly AdmittedDecision[],
  maxSeconds: number,
): string[] {
  const start = startedAt ? Date.parse(startedAt) : now.getTime();
  const created = Date.parse(dossier.createdAt);
  const lifetime = (Date.parse(dossier.expiresAt) - created) / 1000;
  const old = approvals.filter(({ admittedAt }) => (start - Date.parse(admittedAt)) / 1000 > maxSeconds);
  return [
    ...(lifetime > maxSeconds
      ? [`the dossier is valid for ${lifetime} s, but at most ${maxSeconds} s are allowed`]
      : []),
    ...(created > start + clockSkewSeconds * 1000 ? [`the dossier is dated in the future: ${dossier.createdAt}`] : []),
    ...old.map(({ subject }) => `${subject} decided more than ${maxSeconds} s ago: ask for a new decision`),
  ];
}
