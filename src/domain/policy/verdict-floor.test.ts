import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Obligation, Phase, Tier, Verdict } from './verdict.ts';
import { enforceFloor, floorViolations, type VerdictFloor } from './verdict-floor.ts';

const approverGroups = { low: ['sre', 'lead', 'owner'], medium: ['lead', 'owner'], high: ['sre', 'lead', 'owner'] };
const floor: VerdictFloor = { phase: 'limited', lowestTier: 'low', approverGroups, requesters: [] };

interface Allowance {
  tier?: Tier;
  phase?: Phase;
  execute?: boolean;
  obligation?: Partial<Obligation>;
}

function allowed({ obligation = {}, ...change }: Allowance = {}): Verdict {
  return {
    allowed: true,
    tier: 'low',
    phase: 'limited',
    execute: true,
    reasons: [],
    ...change,
    obligation: { approvals: 1, groups: ['lead'], distinctGroups: false, ...obligation },
  };
}

const two = { approvals: 2, groups: ['lead', 'owner'], distinctGroups: true };
const noApproval = { approvals: 0, groups: [] };
const requesters = [{ issuer: 'i', subject: 'lea' }];

describe('floorViolations', () => {
  const fits: [string, Verdict, Partial<VerdictFloor>?][] = [
    ['one approver in limited', allowed()],
    ['more approvals than needed', allowed({ tier: 'medium', obligation: two })],
    ['two of two groups for high', allowed({ tier: 'high', obligation: two }), { lowestTier: 'high' }],
    [
      'no approval for low in autonomous',
      allowed({ phase: 'autonomous', obligation: noApproval }),
      { phase: 'autonomous' },
    ],
    ['no execution in assist', allowed({ phase: 'assist', execute: false }), { phase: 'assist' }],
    ['a denial', { allowed: false, reasons: [{ rule: 'r', sentence: 's' }] }],
  ];
  for (const [name, verdict, change] of fits) {
    test(`fits: ${name}`, () => {
      assert.deepEqual(floorViolations(verdict, { ...floor, ...change }), []);
      assert.deepEqual(enforceFloor(verdict, { ...floor, ...change }), verdict);
    });
  }

  const unfit: [string, Verdict, RegExp, Partial<VerdictFloor>?][] = [
    [
      'another phase',
      allowed({ phase: 'autonomous' }),
      /answered for phase autonomous, but the input has phase limited/,
    ],
    [
      'a lower tier than the catalogue’s',
      allowed(),
      /gave tier low, but the actions of the plan need at least tier medium/,
      { lowestTier: 'medium' },
    ],
    ['execution in shadow', allowed({ phase: 'shadow' }), /allows execution in phase shadow/, { phase: 'shadow' }],
    ['execution in assist', allowed({ phase: 'assist' }), /allows execution in phase assist/, { phase: 'assist' }],
    ['no approval in limited', allowed({ obligation: noApproval }), /tier low in phase limited needs an approval/],
    [
      'no approval for medium in autonomous',
      allowed({ tier: 'medium', phase: 'autonomous', obligation: noApproval }),
      /tier medium in phase autonomous needs an approval/,
      { phase: 'autonomous' },
    ],
    [
      'one person for high',
      allowed({ tier: 'high', obligation: { ...two, approvals: 1 } }),
      /two people of two different groups/,
    ],
    [
      'one group for high',
      allowed({ tier: 'high', obligation: { ...two, distinctGroups: false } }),
      /of two different groups/,
    ],
    [
      'a group that counts only for another tier',
      allowed({ tier: 'medium', obligation: { groups: ['sre', 'lead'] } }),
      /names group sre, but approverGroups in the configuration lacks it for tier medium/,
    ],
    ['no group', allowed({ obligation: { groups: [] } }), /names no group that can give them/],
    [
      'a group that is not configured',
      allowed({ obligation: { groups: ['lead', 'all'] } }),
      /names group all, but approverGroups in the configuration lacks it/,
    ],
  ];
  for (const [name, verdict, why, change] of unfit) {
    test(`does not fit: ${name}`, () => {
      const reasons = floorViolations(verdict, { ...floor, ...change });
      assert.equal(reasons.length, 1);
      assert.match(reasons[0] ?? '', why);
      const sentence = reasons[0] ?? '';
      const denial = { allowed: false, reasons: [{ rule: 'verdict-unfit', sentence }] };
      assert.deepEqual(enforceFloor(verdict, { ...floor, ...change }), denial);
    });
  }
});

test('a requested plan needs one approval of policy’s groups if policy demands none, and keeps a higher obligation', () => {
  const free = allowed({ phase: 'autonomous', obligation: { approvals: 0 } });
  const needs = (verdict: Verdict, asked: typeof requesters) => {
    const fit = enforceFloor(verdict, { ...floor, phase: 'autonomous', requesters: asked });
    return fit.allowed && fit.obligation;
  };
  assert.deepEqual(needs(free, []), { approvals: 0, groups: ['lead'], distinctGroups: false });
  assert.deepEqual(needs(free, requesters), { approvals: 1, groups: ['lead'], distinctGroups: false });
  assert.deepEqual(needs(allowed({ phase: 'autonomous', tier: 'high', obligation: two }), requesters), two);
  const nobodyCan = enforceFloor(allowed({ phase: 'autonomous', obligation: noApproval }), {
    ...floor,
    phase: 'autonomous',
    requesters,
  });
  assert.match((!nobodyCan.allowed && nobodyCan.reasons[0]?.sentence) || '', /names no group that can give them/);
});
