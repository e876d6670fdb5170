import type { AdmittedDecision } from '../../domain/approval/decision.ts';
import type { ExecutionContext } from './execution-context.ts';

/** Limit in seconds on how far the clock of the governance process may be ahead of the gateway's clock. */
const clockSkewSeconds = 30;

/**
 * Passes if neither the lifetime of the dossier nor the age of an approval exceeds the limit. The dossier's creation
 * time must also not be in the future. The age of an approval is measured at the start of the execution. The gateway
 * does not rely on the dossier's expiry alone, because a compromised governance process could write any expiry.
 * @param approvals the approvals that count.
 * @param maxSeconds the gateway's limit, in seconds, for the tier that policy gave the plan.
 * @returns the reasons why the check fails; empty if the check passes.
 */
export function withinTimeLimits(
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
    ...(created > start + clockSkewSeconds * 1000
      ? [`the dossier was created in the future: ${dossier.createdAt}`]
      : []),
    ...old.map(({ subject }) => `the approval by ${subject} is more than ${maxSeconds} s old`),
  ];
}
