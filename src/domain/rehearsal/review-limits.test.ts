import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changeTooLarge, reviewLimits, tooManyFieldManagers, tooManyUnknowns } from './review-limits.ts';

const object = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' };
const lines = (count: number, after = 'b') =>
  Array.from({ length: count }, (_, index) => ({ object, path: `/spec/${index}`, before: null, after }));

test('a change within the limits is not too large', () => {
  assert.equal(changeTooLarge(lines(reviewLimits.changedFields)), undefined);
  assert.equal(
    changeTooLarge([{ object, path: '/a', before: 'x'.repeat(99_998), after: 'y'.repeat(100_000) }]),
    undefined,
  );
});

test('one field more, or one character more, is too large, with size and limit', () => {
  assert.match(changeTooLarge(lines(2_001)) ?? '', /^the plan changes 2001 fields, but .* at most 2000: /);
  assert.match(
    changeTooLarge([{ object, path: '/a', before: 'x'.repeat(99_999), after: 'y'.repeat(100_000) }]) ?? '',
    /^the changed fields have 200001 characters .* at most 200000: /,
  );
});

test('counts unknowns and field managers', () => {
  const list = (length: number): string[] => Array.from({ length }, String);
  assert.deepEqual([tooManyUnknowns(list(1_000)), tooManyFieldManagers(list(2_000))], [undefined, undefined]);
  assert.match(tooManyUnknowns(list(1_001)) ?? '', /could not determine 1001 things, but .* at most 1000/);
  assert.match(tooManyFieldManagers(list(2_001)) ?? '', /has 2001 entries, but .* at most 2000/);
});
