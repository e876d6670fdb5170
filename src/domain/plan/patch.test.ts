import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { changeLines, pointer } from './patch.ts';

const object = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' };

describe('pointer', () => {
  test('OK: escapes as RFC 6901 says, and only that', () => {
    assert.equal(pointer('metadata', 'annotations', 'airlock.dev/a~b', 0), '/metadata/annotations/airlock.dev~1a~0b/0');
  });
  test('OK: no keys are the whole document', () => {
    assert.equal(pointer(), '');
  });
});

describe('changeLines', () => {
  test('OK: what differs, by path', () => {
    const before = { spec: { replicas: 3, image: 'web:2', gone: true } };
    const after = { spec: { replicas: 3, image: 'web:1', list: [{ name: 'x' }] } };
    assert.deepEqual(changeLines(object, before, after), [
      { object, path: '/spec/gone', before: 'true', after: null },
      { object, path: '/spec/image', before: 'web:2', after: 'web:1' },
      { object, path: '/spec/list/0/name', before: null, after: 'x' },
    ]);
  });
  test('OK: nothing differs', () => {
    assert.deepEqual(changeLines(object, { a: [1, { b: null }] }, { a: [1, { b: null }] }), []);
  });
  test('OK: an empty object is something else than none', () => {
    assert.deepEqual(changeLines(object, { a: {} }, {}), [
      { object, path: '', before: null, after: '{}' },
      { object, path: '/a', before: '{}', after: null },
    ]);
  });
  test('a text that looks like a number is still a change', () => {
    assert.equal(changeLines(object, { a: 1 }, { a: '1' }).length, 1);
  });
  test('a value that is very long is cut', () => {
    assert.equal(changeLines(object, {}, { a: 'x'.repeat(9000) }).at(-1)?.after?.length, 4000);
  });
});
