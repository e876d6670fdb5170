import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { byteParts, jsonSizeOf } from './byte-parts.ts';

describe('byteParts', () => {
  test('fills each part up to the limit, in order, and loses nothing', () => {
    assert.deepEqual(byteParts(['aa', 'bb', 'cc'], 10), [['aa', 'bb'], ['cc']]);
    assert.deepEqual(byteParts(['aa', 'bb', 'cc'], 1000), [['aa', 'bb', 'cc']]);
    assert.deepEqual(byteParts([], 10), []);
  });
  test('puts an item that exceeds the limit into a part of its own', () => {
    assert.deepEqual(byteParts(['a', 'x'.repeat(20), 'b'], 10), [['a'], ['x'.repeat(20)], ['b']]);
  });
  test('counts bytes of the escaped form, not characters', () => {
    assert.equal(jsonSizeOf('語'.repeat(1000)), 3002);
    assert.equal(jsonSizeOf('"\n'), 6);
    assert.equal(byteParts(Array(4).fill('語語語'), 24).length, 2);
  });
});
