import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jsonPointer, keysOfJsonPointer } from './json-pointer.ts';

test('escapes keys as RFC 6901 says', () => {
  assert.equal(
    jsonPointer('metadata', 'annotations', 'airlock.dev/a~b', 0),
    '/metadata/annotations/airlock.dev~1a~0b/0',
  );
});

test('no keys point to the whole document', () => {
  assert.equal(jsonPointer(), '');
  assert.deepEqual(keysOfJsonPointer(''), []);
});

test('keysOfJsonPointer returns the keys again', () => {
  const keys = ['metadata', 'airlock.dev/a~b', '~1', '~01', '', '0'];
  assert.deepEqual(keysOfJsonPointer(jsonPointer(...keys)), keys);
});
