import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fromBase64, fromBase64url, toBase64, toBase64url } from './base64.ts';

describe('base64', () => {
  test('encodes and decodes as Node does, for every length', () => {
    for (let length = 0; length < 70; length += 1) {
      const bytes = Uint8Array.from({ length }, (_, index) => (index * 89 + length * 7) & 255);
      assert.equal(toBase64(bytes), Buffer.from(bytes).toString('base64'));
      assert.deepEqual(fromBase64(toBase64(bytes)), bytes);
    }
  });

  for (const text of ['a', 'QQ', 'QQ=', 'QR==', 'QQ===', 'QQ==\n', 'Q-8=', 'Q_8=', 'Q Q=', '====']) {
    test(`refuses text that is malformed or not canonical: ${JSON.stringify(text)}`, () => {
      assert.equal(fromBase64(text), undefined);
    });
  }
});

describe('base64url', () => {
  test('encodes and decodes as Node does, for every length and byte', () => {
    for (let length = 0; length < 300; length++) {
      const bytes = Uint8Array.from({ length }, (_, index) => (index * 37 + length) & 255);
      const text = toBase64url(bytes);
      assert.equal(text, Buffer.from(bytes).toString('base64url'));
      assert.deepEqual(fromBase64url(text), bytes);
    }
  });

  test('refuses padding, plus, slash, a lone digit, and unused bits that are not zero', () => {
    for (const text of ['YQ==', 'a+b', 'a/b', 'YWJjZ', 'YR']) assert.equal(fromBase64url(text), undefined, text);
  });
});
