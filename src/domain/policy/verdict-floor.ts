import type { Person } from '../approval/decision-token.ts';
import { tierSchema, type Obligation, type Phase, type Tier, type Verdict } from './verdict.ts';

/** Values that limit a verdict that allows a plan. The caller knows them without asking policy. */
export interface VerdictFloor {
  /** The phase in the policy input. */
  phase: Phase;
  /** The lowest tier that the action catalogue allows for the plan. */
  lowestTier: Tier;
  /** All groups whose approvals can count, from the caller's own configuration. */
  approverGroups: readonly string[];
  /** The people who requested the plan or edited its parameters. */
  requesters: readonly Person[];
}

type Allowed = Extract<Verdict, { allowed: true }>;

/**
 * Compares a verdict with the floor. A denial always meets the floor. A verdict that allows the plan must:
 * - have the phase of the floor, and allow no execution in the phases shadow and assist;
 * - have at least the lowest tier;
 * - demand at least the approvals in the table of ARCHITECTURE.md (section Trust);
 * - name only groups in `approverGroups`, and at least one group if it demands approvals.
 * @returns the violations, one sentence each; empty if the verdict meets the floor.
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
 * Raises the number of needed approvals from 0 to 1 if a person requested the plan or edited its parameters. Another
 * person, of one of the groups of the obligation, must then approve the plan.
 */
export function obligationFor(obligation: Obligation, requesters: readonly Person[]): Obligation {
  if (requesters.length === 0 || obligation.approvals > 0) return obligation;
  return { ...obligation, approvals: 1 };
}

/**
 * Applies `obligationFor` to policy's verdict and compares the new verdict with the floor.
 * @returns the new verdict, or a denial with the violations if the new verdict does not meet the floor.
 */
export function enforceFloor(given: Verdict, floor: VerdictFloor): Verdict {
  const verdict = given.allowed ? { ...given, obligation: obligationFor(given.obligation, floor.requesters) } : given;
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
      : [`policy gave tier ${tier}, but the plan's lowest tier is ${floor.lowestTier}`]),
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
      : ['tier high needs approvals of two people from two groups; policy demands less'];
  if (approvals > 0 || (phase === 'autonomous' && tier === 'low')) return [];
  return [`tier ${tier} in phase ${phase} needs an approval; policy demands none`];
}

function groupViolations({ obligation: { approvals, groups } }: Allowed, { approverGroups }: VerdictFloor): string[] {
  const unknown = groups.filter((group) => !approverGroups.includes(group));
  return [
    ...(approvals > 0 && groups.length === 0 ? ['policy demands approvals and names no group that can give them'] : []),
    ...unknown.map((group) => `policy names group ${group}, which is not a configured approver group`),
  ];
}
