import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import { digestOf, digestOfBytes, digestSchema, shortDigest } from './digest.ts';

const sha256 = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;

describe('digestOf', () => {
  test('is SHA-256 of the canonical JSON', () => {
    assert.equal(digestOf({ b: 'ö', a: [1, null] }), sha256('{"a":[1,null],"b":"ö"}'));
  });
  test('is also the digest of the stored bytes', () => {
    assert.equal(digestOf({ a: 1 }), digestOfBytes(new TextEncoder().encode('{"a":1}')));
  });
  test('gives no bytes the well-known digest', () => {
    assert.equal(
      digestOfBytes(new Uint8Array()),
      'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    );
  });
  test('differs for different values', () => {
    assert.notEqual(digestOf({ a: 1 }), digestOf({ a: '1' }));
  });
});

describe('digestSchema', () => {
  test('accepts a digest', () => {
    assert.equal(digestSchema.safeParse(digestOf(1)).success, true);
  });
  for (const text of [
    '',
    'sha256:',
    'md5:00',
    `sha256:${'A'.repeat(64)}`,
    `sha256:${'a'.repeat(63)}`,
    ` ${digestOf(1)}`,
  ]) {
    test(`refuses "${text.slice(0, 20)}"`, () => {
      assert.equal(digestSchema.safeParse(text).success, false);
    });
  }
});

test('shortDigest is the first 16 hex digits', () => {
  assert.equal(shortDigest(`sha256:${'0123456789abcdef'.repeat(4)}`), '0123456789abcdef');
});
