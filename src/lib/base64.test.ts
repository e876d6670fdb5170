import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromBase64, toBase64 } from './base64.ts';

test('OK: as Node writes and reads it, whatever the length', () => {
  for (let length = 0; length < 70; length += 1) {
    const bytes = Uint8Array.from({ length }, (_, index) => (index * 89 + length * 7) & 255);
    assert.equal(toBase64(bytes), Buffer.from(bytes).toString('base64'));
    assert.deepEqual(fromBase64(toBase64(bytes)), bytes);
  }
});

for (const text of ['a', 'QQ', 'QQ=', 'QR==', 'QQ===', 'QQ==\n', 'Q-8=', 'Q_8=', 'Q Q=', '====']) {
  test(`no base64, or not the one way to write it: ${JSON.stringify(text)}`, () => {
    assert.equal(fromBase64(text), undefined);
  });
}
