import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { digestOfToken, decisionTokenSchema } from './decision-token.ts';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const isToken = (text: string): boolean => decisionTokenSchema.safeParse(text).success;

test('accepts three parts of base64url of every length', () => {
  for (let size = 1; size < 70; size += 1) {
    assert.ok(isToken([size, size + 1, size + 2].map((each) => randomBytes(each).toString('base64url')).join('.')));
  }
});

test('refuses another spelling of the same bytes in any part', () => {
  for (const size of [1, 2, 32, 64, 71]) {
    const bytes = randomBytes(size);
    const text = bytes.toString('base64url');
    const others = [...alphabet].map((last) => text.slice(0, -1) + last).filter((other) => other !== text);
    const same = others.filter((other) => Buffer.from(other, 'base64url').equals(bytes));
    assert.equal(same.length, size % 3 === 1 ? 15 : 3);
    for (const other of same) {
      for (const parts of [
        [other, text, text],
        [text, other, text],
        [text, text, other],
      ])
        assert.ok(!isToken(parts.join('.')));
    }
  }
});

test('refuses a text that is not a compact JWS', () => {
  for (const text of [
    '',
    'aaaa',
    'aaaa.bbbb',
    'aaaa..cccc',
    'aaaa.bbbb.',
    'aaaa.bbbb.cccc.dddd',
    'a.bbbb.cccc',
    'aaaa.bb=.cccc',
  ])
    assert.ok(!isToken(text), text);
});

test('digestOfToken: ignores the signature', () => {
  assert.equal(digestOfToken('aaaa.bbbb.cccc'), digestOfToken('aaaa.bbbb.dddd'));
  assert.notEqual(digestOfToken('aaaa.bbbb.cccc'), digestOfToken('aaaa.bbbc.cccc'));
});
