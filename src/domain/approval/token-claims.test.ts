import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unverifiedClaims } from './token-claims.ts';

const claims = { iss: 'i', sub: 's', aud: 'a', nonce: 'n', iat: 1, exp: 2, auth_time: 1, groups: ['lead'] };
const jws = (payload: string | Uint8Array): string => `aaaa.${Buffer.from(payload).toString('base64url')}.cccc`;

test('OK: what a token states about itself, without what nobody reads', () => {
  assert.deepEqual(unverifiedClaims(jws(JSON.stringify({ ...claims, email: 'x' }))), claims);
});

const refused: [string, string][] = [
  ['no payload', 'aaaa'],
  ['no base64url', 'aaaa.b+b.cccc'],
  ['no UTF-8', jws(Uint8Array.of(0x22, 0xc3, 0x28, 0x22))],
  ['no JSON', jws('{')],
  ['claims of another kind of token', jws(JSON.stringify({ ...claims, groups: undefined }))],
];
for (const [name, proof] of refused) test(`none: ${name}`, () => assert.equal(unverifiedClaims(proof), undefined));
