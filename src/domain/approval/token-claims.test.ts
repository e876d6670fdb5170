import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unverifiedClaims } from './token-claims.ts';

const claims = { iss: 'i', sub: 's', aud: 'a', nonce: 'n', iat: 1, exp: 2, auth_time: 1, groups: ['lead'] };
const jws = (payload: string | Uint8Array): string => `aaaa.${Buffer.from(payload).toString('base64url')}.cccc`;

test('returns the known claims of a token and drops others', () => {
  assert.deepEqual(unverifiedClaims(jws(JSON.stringify({ ...claims, email: 'x' }))), claims);
});

const refused: [string, string][] = [
  ['a text without a payload', 'aaaa'],
  ['a payload that is not base64url', 'aaaa.b+b.cccc'],
  ['a payload that is not UTF-8', jws(Uint8Array.of(0x22, 0xc3, 0x28, 0x22))],
  ['a payload that is not JSON', jws('{')],
  ['the claims of another kind of token', jws(JSON.stringify({ ...claims, groups: undefined }))],
];
for (const [name, token] of refused)
  test(`returns undefined for ${name}`, () => assert.equal(unverifiedClaims(token), undefined));
