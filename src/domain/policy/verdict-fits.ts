import type { Person } from '../approval/decision-token.ts';
import { tierSchema, type Obligation, type Phase, type Tier, type Verdict } from './verdict.ts';

/** What the asker knows without policy, and what no answer may go below. */
export interface VerdictFloor {
  /** The phase that policy was asked with. */
  phase: Phase;
  /** From the catalogue. */
  lowestTier: Tier;
  /** Every group whose approvals can count, from the asker's own configuration. */
  approverGroups: readonly string[];
  /** Who asked for it or changed it. */
  requesters: readonly Person[];
}

type Allowed = Extract<Verdict, { allowed: true }>;

/**
 * Whether policy's yes stays within what was asked: its phase, no lower tier, and approvals as ARCHITECTURE's table of
 * phase by tier demands, of groups that the asker itself knows. Policy may demand more, never less.
 * @returns why it does not fit, one sentence each; empty when it does. A no always fits.
 */
export function verdictFits(verdict: Verdict, floor: VerdictFloor): string[] {
  if (!verdict.allowed) return [];
  return [...scopeFits(verdict, floor), ...approvalsFit(verdict), ...groupsFit(verdict, floor)];
}

/**
 * What has to be met: what somebody asked for or changed is never theirs alone, so that one more person of policy's groups
 * approves it where policy itself asks nobody.
 */
export function obligationFor(obligation: Obligation, requesters: readonly Person[]): Obligation {
  if (requesters.length === 0 || obligation.approvals > 0) return obligation;
  return { ...obligation, approvals: 1 };
}

/** Policy's answer, with the obligation that its requesters make of it, where it fits; else a denial that says why not. */
export function fitting(answer: Verdict, floor: VerdictFloor): Verdict {
  const verdict = answer.allowed
    ? { ...answer, obligation: obligationFor(answer.obligation, floor.requesters) }
    : answer;
  const reasons = verdictFits(verdict, floor).map((sentence) => ({ rule: 'verdict-unfit', sentence }));
  return reasons.length > 0 ? { allowed: false, reasons } : verdict;
}

function scopeFits({ phase, tier, execute }: Allowed, floor: VerdictFloor): string[] {
  const rank = (of: Tier): number => tierSchema.options.indexOf(of);
  const executes = floor.phase === 'limited' || floor.phase === 'autonomous';
  return [
    ...(phase === floor.phase ? [] : [`policy answered for phase ${phase}, asked was ${floor.phase}`]),
    ...(rank(tier) >= rank(floor.lowestTier) ? [] : [`policy says ${tier}, the plan is at least ${floor.lowestTier}`]),
    ...(execute && !executes ? [`policy would execute in phase ${floor.phase}`] : []),
  ];
}

function approvalsFit({ phase, tier, obligation }: Allowed): string[] {
  const { approvals, distinctGroups } = obligation;
  if (tier === 'high')
    return approvals >= 2 && distinctGroups ? [] : ['a high tier needs two people of two groups; policy asks for less'];
  if (approvals > 0 || (phase === 'autonomous' && tier === 'low')) return [];
  return [`${tier} in phase ${phase} needs somebody’s approval; policy asks for none`];
}

function groupsFit({ obligation: { approvals, groups } }: Allowed, { approverGroups }: VerdictFloor): string[] {
  const unknown = groups.filter((group) => !approverGroups.includes(group));
  return [
    ...(approvals > 0 && groups.length === 0 ? ['policy names no group that could approve'] : []),
    ...unknown.map((group) => `policy names ${group}, which is none of the configured approver groups`),
  ];
}
