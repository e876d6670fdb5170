import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Obligation } from '../policy/verdict.ts';
import { roundsOf, expiryOutcomes } from './reminder-rounds.ts';

const three: Obligation = { approvals: 1, groups: ['sre', 'lead', 'owner'], distinctGroups: false };

describe('roundsOf', () => {
  test('asks the first group at once, and each next group after an equal part of the lifetime', () => {
    assert.deepEqual(roundsOf(three, 1000, 4000), [
      { group: 'sre', start: 1000 },
      { group: 'lead', start: 2000 },
      { group: 'owner', start: 3000 },
    ]);
  });
  test('asks a single group once', () => {
    assert.deepEqual(roundsOf({ ...three, groups: ['lead'] }, 0, 60), [{ group: 'lead', start: 0 }]);
  });
  test('asks nobody if no approval is needed or no group is entitled', () => {
    assert.deepEqual(roundsOf({ ...three, approvals: 0 }, 0, 60), []);
    assert.deepEqual(roundsOf({ ...three, groups: [] }, 0, 60), []);
  });
});

test('each tier has its own outcome and sentence; only the high tier escalates to a person', () => {
  const outcomes = Object.entries(expiryOutcomes).map(([tier, { outcome }]) => [tier, outcome]);
  assert.deepEqual(outcomes, [
    ['low', 'expired'],
    ['medium', 'expired'],
    ['high', 'escalated'],
  ]);
  assert.equal(new Set(Object.values(expiryOutcomes).map(({ sentence }) => sentence)).size, 3);
});
