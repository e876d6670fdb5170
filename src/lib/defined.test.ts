import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defined } from './defined.ts';

test('drops members that are undefined and keeps all others', () => {
  const result = defined({ a: undefined, b: null, c: 0, d: '', e: false });
  assert.deepEqual(result, { b: null, c: 0, d: '', e: false });
  assert.equal('a' in result, false);
});
