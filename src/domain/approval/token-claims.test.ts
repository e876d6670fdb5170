import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unverifiedClaims } from './token-claims.ts';

const claims = { iss: 'i', sub: 's', aud: 'a', nonce: 'n', iat: 1, exp: 2, auth_time: 1, groups: ['lead'] };
const read = (change: object) => unverifiedClaims(jws(JSON.stringify({ ...claims, ...change })));
const jws = (payload: string | Uint8Array): string => `aaaa.${Buffer.from(payload).toString('base64url')}.cccc`;

test('returns the known claims of a token and drops others', () => {
  assert.deepEqual(read({ email: 'x' }), claims);
});

test('reads groups as providers write them', () => {
  for (const groups of [undefined, null, []]) assert.deepEqual(read({ groups })?.groups, []);
  assert.deepEqual(read({ groups: 'lead' })?.groups, ['lead']);
  assert.deepEqual(read({ groups: ['lead', 'sre'] })?.groups, ['lead', 'sre']);
});

test('reads times with a fraction, and an acr or amr that is malformed as none', () => {
  const times = { iat: 1.25, exp: 2.5, auth_time: 0.999, nbf: 0.5 };
  assert.deepEqual(read({ ...times, acr: 1, amr: 'pwd' }), { ...claims, ...times, acr: undefined, amr: undefined });
});

const refused: [string, string][] = [
  ['a text without a payload', 'aaaa'],
  ['a payload that is not base64url', 'aaaa.b+b.cccc'],
  ['a payload that is not UTF-8', jws(Uint8Array.of(0x22, 0xc3, 0x28, 0x22))],
  ['a payload that is not JSON', jws('{')],
  ['the claims of another kind of token', jws(JSON.stringify({ ...claims, auth_time: undefined }))],
  ['groups that are no texts', jws(JSON.stringify({ ...claims, groups: [1] }))],
  ['a time after the year 9999', jws(JSON.stringify({ ...claims, iat: 1e12 }))],
];
for (const [name, token] of refused)
  test(`returns undefined for ${name}`, () => assert.equal(unverifiedClaims(token), undefined));
