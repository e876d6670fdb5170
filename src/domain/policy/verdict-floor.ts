import type { Person } from '../approval/decision-token.ts';
import { tierSchema, type Obligation, type Phase, type Tier, type Verdict } from './verdict.ts';

/** For each tier: the groups whose approvals can count. */
export type ApproverGroups = Readonly<Record<Tier, readonly string[]>>;

/** The values with which Airlock checks a verdict of policy. None of these values comes from policy. */
export interface VerdictFloor {
  /** The trust phase that the caller gave to policy. */
  phase: Phase;
  /** The lowest tier that the action catalogue allows for the plan. */
  lowestTier: Tier;
  /** For each tier: all groups whose approvals can count (`approverGroups` in the configuration). */
  approverGroups: ApproverGroups;
  /** The people who requested the change or edited its parameters. Their own approvals do not count. */
  requesters: readonly Person[];
}

type Allowed = Extract<Verdict, { allowed: true }>;

/**
 * Compares a verdict with the floor. A denial always meets the floor. A verdict that allows a plan meets the floor if
 * all of these conditions hold:
 * - The phase of the verdict is the phase of the floor.
 * - In the phases shadow and assist, `execute` is false.
 * - The tier is `lowestTier` or higher.
 * - Tier high: the obligation demands approvals by at least two people of different groups.
 * - Every other tier: the obligation demands at least one approval, except for tier low in the phase autonomous.
 * - `approverGroups` lists all groups of the obligation under the tier of the verdict.
 * - If the obligation demands approvals, it names at least one group.
 * @returns one sentence for each violation; empty if the verdict meets the floor.
 */
export function floorViolations(verdict: Verdict, floor: VerdictFloor): string[] {
  if (!verdict.allowed) return [];
  return [
    ...phaseAndTierViolations(verdict, floor),
    ...approvalViolations(verdict),
    ...groupViolations(verdict, floor),
  ];
}

/**
 * Returns an obligation of at least one approval if a person requested the change or edited its parameters. Without
 * requesters, returns the obligation unchanged.
 */
export function obligationFor(obligation: Obligation, requesters: readonly Person[]): Obligation {
  if (requesters.length === 0 || obligation.approvals > 0) return obligation;
  return { ...obligation, approvals: 1 };
}

/**
 * Replaces the obligation in policy's verdict by the result of `obligationFor`. Then compares the verdict with the
 * floor.
 * @returns the verdict with the new obligation, or a denial with the violations. If policy denies, returns its verdict.
 */
export function enforceFloor(policyVerdict: Verdict, floor: VerdictFloor): Verdict {
  if (!policyVerdict.allowed) return policyVerdict;
  const verdict = { ...policyVerdict, obligation: obligationFor(policyVerdict.obligation, floor.requesters) };
  const reasons = floorViolations(verdict, floor).map((sentence) => ({ rule: 'verdict-unfit', sentence }));
  return reasons.length > 0 ? { allowed: false, reasons } : verdict;
}

function phaseAndTierViolations({ phase, tier, execute }: Allowed, floor: VerdictFloor): string[] {
  const rank = (value: Tier): number => tierSchema.options.indexOf(value);
  const mayExecute = floor.phase === 'limited' || floor.phase === 'autonomous';
  return [
    ...(phase === floor.phase ? [] : [`policy answered for phase ${phase}, but the input has phase ${floor.phase}`]),
    ...(rank(tier) >= rank(floor.lowestTier)
      ? []
      : [`policy gave tier ${tier}, but the actions of the plan need at least tier ${floor.lowestTier}`]),
    ...(execute && !mayExecute
      ? [`policy allows execution in phase ${floor.phase}, in which nothing is executed`]
      : []),
  ];
}

function approvalViolations({ phase, tier, obligation }: Allowed): string[] {
  const { approvals, distinctGroups } = obligation;
  if (tier === 'high')
    return approvals >= 2 && distinctGroups
      ? []
      : ['tier high needs approvals by two people of two different groups, but policy demands less'];
  if (approvals > 0 || (phase === 'autonomous' && tier === 'low')) return [];
  return [`tier ${tier} in phase ${phase} needs an approval, but policy demands none`];
}

function groupViolations(
  { tier, obligation: { approvals, groups } }: Allowed,
  { approverGroups }: VerdictFloor,
): string[] {
  const notConfigured = groups.filter((group) => !approverGroups[tier].includes(group));
  return [
    ...(approvals > 0 && groups.length === 0
      ? ['policy demands approvals, but names no group that can give them']
      : []),
    ...notConfigured.map(
      (group) => `policy names group ${group}, but approverGroups in the configuration lacks it for tier ${tier}`,
    ),
  ];
}
