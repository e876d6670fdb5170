import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import { decisionClientId, decisionNonce, decisionSchema, purposeOfDecision, type Decision } from './decision.ts';
import { digestOf } from '../../lib/digest.ts';
import { checkTokenClaims, type TokenClaims } from './decision-token.ts';

const dossier = digestOf('dossier');
const decision: Decision = { dossier, verb: 'approve', reason: 'looks right', token: 'aaaa.bbbb.cccc' };
const now = 1_800_000_000;
const terms = { issuer: 'https://id.example', now, maxSignInAge: 300 };
const claims: TokenClaims = {
  iss: 'https://id.example',
  sub: 'ada',
  aud: decisionClientId,
  nonce: decisionNonce(dossier, 'approve', 'looks right'),
  iat: now - 5,
  exp: now + 60,
  auth_time: now - 10,
  groups: ['lead'],
};

describe('decisionNonce', () => {
  test('is base64url of SHA-256 of the specified JSON', () => {
    const json = JSON.stringify(['airlock-decision/1', dossier, 'deny', 'nö']);
    assert.equal(decisionNonce(dossier, 'deny', 'nö'), createHash('sha256').update(json).digest('base64url'));
  });
  test('differs by dossier, verb and reason', () => {
    const nonces = [
      decisionNonce(dossier, 'approve', 'a b'),
      decisionNonce(dossier, 'deny', 'a b'),
      decisionNonce(dossier, 'approve', 'a  b'),
      decisionNonce(digestOf('another'), 'approve', 'a b'),
    ];
    assert.equal(new Set(nonces).size, nonces.length);
  });
});

describe('checkTokenClaims', () => {
  test('accepts the claims of this decision', () => {
    assert.equal(checkTokenClaims(purposeOfDecision(decision), claims, terms), undefined);
  });
  test('accepts an audience that is a list of one', () => {
    assert.equal(
      checkTokenClaims(purposeOfDecision(decision), { ...claims, aud: [decisionClientId] }, terms),
      undefined,
    );
  });
  test('accepts clocks that differ by half a minute', () => {
    assert.equal(
      checkTokenClaims(purposeOfDecision(decision), { ...claims, iat: now + 30, auth_time: now + 30 }, terms),
      undefined,
    );
    assert.equal(checkTokenClaims(purposeOfDecision(decision), { ...claims, exp: now - 29 }, terms), undefined);
  });

  const refusals: [string, Partial<TokenClaims>, RegExp][] = [
    ['another issuer', { iss: 'https://id.example.evil' }, /another issuer/],
    ['another audience', { aud: 'airlock-console' }, /another audience/],
    ['the nonce of another reason', { nonce: decisionNonce(dossier, 'approve', 'other') }, /another dossier, verb or/],
    ['the nonce of another verb', { nonce: decisionNonce(dossier, 'deny', 'looks right') }, /another dossier, verb or/],
    [
      'the nonce of another dossier',
      { nonce: decisionNonce(digestOf(1), 'approve', 'looks right') },
      /another dossier/,
    ],
    ['an empty nonce', { nonce: '' }, /another dossier/],
    ['a time of issue in the future', { iat: now + 31 }, /issued in the future/],
    ['an expiry in the past', { exp: now - 30 }, /has expired/],
    ['an old sign-in', { auth_time: now - 301 }, /sign-in is too old/],
  ];
  for (const [name, change, expected] of refusals) {
    test(`refuses ${name}`, () => {
      assert.match(
        checkTokenClaims(purposeOfDecision(decision), { ...claims, ...change }, terms) ?? 'was not refused',
        expected,
      );
    });
  }
});

describe('decisionSchema', () => {
  test('accepts a decision and trims its reason', () => {
    assert.deepEqual(decisionSchema.parse({ ...decision, reason: '  looks right ' }), decision);
  });
  const refusals: [string, object][] = [
    ['no reason', { reason: '  ' }],
    ['a reason of two lines', { reason: 'yes\nno' }],
    ['a reason with a terminal escape', { reason: 'yes \u001b[2J' }],
    ['a reason with a direction override', { reason: 'yes \u202e no' }],
    ['another verb', { verb: 'maybe' }],
    ['a digest of another form', { dossier: 'sha256:1' }],
    ['a token that is not a JWS', { token: 'abc' }],
    ['a token that is too long', { token: `aaaa.bbbb.${'c'.repeat(20_000)}` }],
    ['an unknown member', { groups: ['owner'] }],
  ];
  for (const [name, change] of refusals) {
    test(`refuses ${name}`, () => {
      assert.equal(decisionSchema.safeParse({ ...decision, ...change }).success, false);
    });
  }
});
