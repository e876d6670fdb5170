import assert from 'node:assert/strict';
import { test } from 'node:test';
import { omitUndefined } from './omit-undefined.ts';

test('drops members that are undefined and keeps all others', () => {
  const result = omitUndefined<{ a?: string; b: null; c: number; d: string; e: boolean }>({
    a: undefined,
    b: null,
    c: 0,
    d: '',
    e: false,
  });
  assert.deepEqual(result, { b: null, c: 0, d: '', e: false });
  assert.equal('a' in result, false);
});

test('does not compile with a member that the expected type does not have', () => {
  const since: string | undefined = undefined;
  // @ts-expect-error `since` is not a member: TypeScript must report a member that was renamed on one side only.
  const trust: { keys: string[]; olderCheckpoint?: string } = omitUndefined({ keys: [], since });
  assert.deepEqual(trust, { keys: [] });
});
