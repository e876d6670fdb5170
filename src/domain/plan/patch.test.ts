import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { changeLines } from './patch.ts';

const object = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' };

describe('changeLines', () => {
  test('lists the leaves that differ, in the order of their paths', () => {
    const before = { spec: { replicas: 3, image: 'web:2', gone: true } };
    const after = { spec: { replicas: 3, image: 'web:1', list: [{ name: 'x' }] } };
    assert.deepEqual(changeLines(object, before, after), [
      { object, path: '/spec/gone', before: 'true', after: null },
      { object, path: '/spec/image', before: 'web:2', after: 'web:1' },
      { object, path: '/spec/list/0/name', before: null, after: 'x' },
    ]);
  });
  test('is empty for equal values', () => {
    assert.deepEqual(changeLines(object, { a: [1, { b: null }] }, { a: [1, { b: null }] }), []);
  });
  test('distinguishes an empty object from an absent one', () => {
    assert.deepEqual(changeLines(object, { a: {} }, {}), [
      { object, path: '', before: null, after: '{}' },
      { object, path: '/a', before: '{}', after: null },
    ]);
  });
  test('distinguishes a string from the number that it looks like', () => {
    assert.equal(changeLines(object, { a: 1 }, { a: '1' }).length, 1);
  });
  test('cuts long values to 4000 characters', () => {
    assert.equal(changeLines(object, {}, { a: 'x'.repeat(9000) }).at(-1)?.after?.length, 4000);
  });
});
