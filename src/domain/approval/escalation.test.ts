import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Obligation } from '../policy/verdict.ts';
import { turnsOf, unanswered } from './escalation.ts';

const three: Obligation = { approvals: 1, groups: ['sre', 'lead', 'owner'], distinctGroups: false };

describe('turnsOf', () => {
  test('OK: the first group at once, each next one after an equal part', () => {
    assert.deepEqual(turnsOf(three, 1000, 4000), [
      { group: 'sre', from: 1000 },
      { group: 'lead', from: 2000 },
      { group: 'owner', from: 3000 },
    ]);
  });
  test('OK: one group is asked once', () => {
    assert.deepEqual(turnsOf({ ...three, groups: ['lead'] }, 0, 60), [{ group: 'lead', from: 0 }]);
  });
  test('nobody is asked where nobody is needed, or entitled', () => {
    assert.deepEqual(turnsOf({ ...three, approvals: 0 }, 0, 60), []);
    assert.deepEqual(turnsOf({ ...three, groups: [] }, 0, 60), []);
  });
});

test('each tier has its own end and sentence; only the high one is a person’s', () => {
  const outcomes = Object.entries(unanswered).map(([tier, { outcome }]) => [tier, outcome]);
  assert.deepEqual(outcomes, [
    ['low', 'expired'],
    ['medium', 'expired'],
    ['high', 'human'],
  ]);
  assert.equal(new Set(Object.values(unanswered).map(({ sentence }) => sentence)).size, 3);
});
