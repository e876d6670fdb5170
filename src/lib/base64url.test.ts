import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromBase64url, toBase64url } from './base64url.ts';

test('OK: agrees with Node for every length and byte', () => {
  for (let length = 0; length < 300; length++) {
    const bytes = Uint8Array.from({ length }, (_, index) => (index * 37 + length) & 255);
    const text = toBase64url(bytes);
    assert.equal(text, Buffer.from(bytes).toString('base64url'));
    assert.deepEqual(fromBase64url(text), bytes);
  }
});

test('not base64url: padding, plus, slash, a lone digit', () => {
  for (const text of ['YQ==', 'a+b', 'a/b', 'YWJjZ']) assert.equal(fromBase64url(text), undefined, text);
});
