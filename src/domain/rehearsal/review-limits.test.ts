import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changeTooLarge, tooManyFieldManagers, tooManyUnknowns } from './review-limits.ts';

const object = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' };
const list = <T>(length: number, item: T): T[] => Array.from({ length }, () => item);
const line = (before: number, after: number) => ({
  object,
  path: '/a',
  before: 'x'.repeat(before),
  after: 'y'.repeat(after),
});

test('what is at a limit is not too large', () => {
  assert.equal(changeTooLarge(list(2_000, { ...line(0, 1), before: null })), undefined);
  assert.equal(changeTooLarge([line(99_998, 100_000)]), undefined);
  assert.equal(tooManyUnknowns(list(1_000, 'u')), undefined);
  assert.equal(tooManyFieldManagers(list(2_000, { field: '/a', manager: 'm' })), undefined);
});

test('one more is too large; the sentence has size and limit', () => {
  assert.match(changeTooLarge(list(2_001, line(0, 1))) ?? '', /^the plan has 2001 changed fields, .* at most 2000: /);
  assert.match(tooManyUnknowns(list(1_001, 'u')) ?? '', /^the plan has 1001 sentences about .* at most 1000: /);
  const managers = list(2_001, { field: '/a', manager: 'm' });
  assert.match(
    tooManyFieldManagers(managers) ?? '',
    /^the plan has 2001 entries about other managers .* at most 2000: /,
  );
});

test('few, but long, are too large; the sentence has size and limit', () => {
  const long = 'x'.repeat(200_000);
  const sentence = /^the .* of the plan have 20000[1-9] characters, but .* at most 200000: a person has to repair/;
  assert.match(changeTooLarge([line(99_999, 100_000)]) ?? '', sentence);
  assert.match(tooManyUnknowns(['u', long]) ?? '', sentence);
  assert.match(tooManyFieldManagers([{ field: '/a', manager: long }]) ?? '', sentence);
});
