import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lockedByOthersSince } from './object-tokens.ts';

const challenge = { objectTokens: { 'east/a': 4, 'east/b': 0 } };

test('the next token of each object: no other execution has locked one since the challenge', () => {
  assert.deepEqual(lockedByOthersSince(challenge, { 'east/a': 5, 'east/b': 1 }), []);
});

test('a later token: another execution has locked this object since', () => {
  assert.deepEqual(lockedByOthersSince(challenge, { 'east/a': 6, 'east/b': 1 }), [
    'another execution has locked east/a since the preflight was requested, so the preflight may not show its changes',
  ]);
});

test('an earlier token: somebody has deleted or replaced the row', () => {
  assert.throws(() => lockedByOthersSince(challenge, { 'east/a': 4, 'east/b': 1 }), { code: 'ledger-corrupt' });
});
