import assert from 'node:assert/strict';
import { test } from 'node:test';
import { omitUndefined } from './omit-undefined.ts';

test('drops members that are undefined and keeps all others', () => {
  const result = omitUndefined({ a: undefined, b: null, c: 0, d: '', e: false });
  assert.deepEqual(result, { b: null, c: 0, d: '', e: false });
  assert.equal('a' in result, false);
});
