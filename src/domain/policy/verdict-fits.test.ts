import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Obligation, Phase, Tier, Verdict } from './verdict.ts';
import { fitting, verdictFits, type VerdictFloor } from './verdict-fits.ts';

const approverGroups = ['sre', 'lead', 'owner'];
const floor: VerdictFloor = { phase: 'limited', lowestTier: 'low', approverGroups, requesters: [] };

interface Answer {
  tier?: Tier;
  phase?: Phase;
  execute?: boolean;
  obligation?: Partial<Obligation>;
}

function yes({ obligation = {}, ...change }: Answer = {}): Verdict {
  return {
    ...{ allowed: true, tier: 'low', phase: 'limited', execute: true, reasons: [], ...change },
    obligation: { approvals: 1, groups: ['lead'], distinctGroups: false, ...obligation },
  };
}

const two = { approvals: 2, groups: ['lead', 'owner'], distinctGroups: true };
const nobody = { approvals: 0, groups: [] };
const requesters = [{ issuer: 'i', subject: 'lea' }];

describe('verdictFits', () => {
  const fits: [string, Verdict, Partial<VerdictFloor>?][] = [
    ['one approver in limited', yes()],
    ['more than is needed', yes({ tier: 'medium', obligation: two })],
    ['two of two groups for high', yes({ tier: 'high', obligation: two }), { lowestTier: 'high' }],
    ['nobody for low in autonomous', yes({ phase: 'autonomous', obligation: nobody }), { phase: 'autonomous' }],
    ['shown and not executed in assist', yes({ phase: 'assist', execute: false }), { phase: 'assist' }],
    ['a denial', { allowed: false, reasons: [{ rule: 'r', sentence: 's' }] }],
  ];
  for (const [name, verdict, change] of fits) {
    test(`OK: ${name}`, () => {
      assert.deepEqual(verdictFits(verdict, { ...floor, ...change }), []);
      assert.deepEqual(fitting(verdict, { ...floor, ...change }), verdict);
    });
  }

  const unfit: [string, Verdict, RegExp, Partial<VerdictFloor>?][] = [
    ['another phase', yes({ phase: 'autonomous' }), /answered for phase autonomous, asked was limited/],
    ['a lower tier than the catalogue’s', yes(), /says low, the plan is at least medium/, { lowestTier: 'medium' }],
    ['execution in shadow', yes({ phase: 'shadow' }), /would execute in phase shadow/, { phase: 'shadow' }],
    ['execution in assist', yes({ phase: 'assist' }), /would execute in phase assist/, { phase: 'assist' }],
    ['nobody in limited', yes({ obligation: nobody }), /low in phase limited needs somebody/],
    [
      'nobody for medium in autonomous',
      yes({ tier: 'medium', phase: 'autonomous', obligation: nobody }),
      /medium in phase autonomous needs somebody/,
      { phase: 'autonomous' },
    ],
    ['one person for high', yes({ tier: 'high', obligation: { ...two, approvals: 1 } }), /two people of two groups/],
    ['one group for high', yes({ tier: 'high', obligation: { ...two, distinctGroups: false } }), /two groups/],
    ['no group', yes({ obligation: { groups: [] } }), /names no group/],
    ['a group that is not configured', yes({ obligation: { groups: ['lead', 'all'] } }), /names all, which is none/],
  ];
  for (const [name, verdict, why, change] of unfit) {
    test(`refused: ${name}`, () => {
      const reasons = verdictFits(verdict, { ...floor, ...change });
      assert.equal(reasons.length, 1);
      assert.match(reasons[0] ?? '', why);
      const sentence = reasons[0] ?? '';
      const denial = { allowed: false, reasons: [{ rule: 'verdict-unfit', sentence }] };
      assert.deepEqual(fitting(verdict, { ...floor, ...change }), denial);
    });
  }
});

test('OK: what somebody asked for needs somebody of policy’s groups, where policy asks nobody; more stays more', () => {
  const free = yes({ phase: 'autonomous', obligation: { approvals: 0 } });
  const needs = (verdict: Verdict, asked: typeof requesters) => {
    const fit = fitting(verdict, { ...floor, phase: 'autonomous', requesters: asked });
    return fit.allowed && fit.obligation;
  };
  assert.deepEqual(needs(free, []), { approvals: 0, groups: ['lead'], distinctGroups: false });
  assert.deepEqual(needs(free, requesters), { approvals: 1, groups: ['lead'], distinctGroups: false });
  assert.deepEqual(needs(yes({ phase: 'autonomous', tier: 'high', obligation: two }), requesters), two);
  const nobodyCan = fitting(yes({ phase: 'autonomous', obligation: nobody }), {
    ...floor,
    phase: 'autonomous',
    requesters,
  });
  assert.match((!nobodyCan.allowed && nobodyCan.reasons[0]?.sentence) || '', /names no group that could approve/);
});
