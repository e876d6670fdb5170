import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import { decisionClientId, decisionNonce, decisionSchema, purposeOfDecision, type Decision } from './decision.ts';
import { digestOf } from '../../lib/digest.ts';
import { checkTokenClaims, type TokenClaims } from './decision-token.ts';

const dossier = digestOf('dossier');
const own = { dossier, verb: 'approve', reason: 'looks right' } as const;
const denied = { dossier: digestOf('another'), verb: 'deny', reason: 'too late' } as const;
const decision: Decision = { ...own, list: [own], token: 'aaaa.bbbb.cccc' };
const now = 1_800_000_000;
const terms = { issuer: 'https://id.example', now, maxSignInAge: 300 };
const claims: TokenClaims = {
  iss: 'https://id.example',
  sub: 'ada',
  aud: decisionClientId,
  nonce: decisionNonce([own]),
  iat: now - 5,
  exp: now + 60,
  auth_time: now - 10,
  groups: ['lead'],
};

describe('decisionNonce', () => {
  test('is base64url of SHA-256 of the specified JSON', () => {
    const json = JSON.stringify([
      'airlock-decision/2',
      [
        [dossier, 'deny', 'nö'],
        [denied.dossier, 'deny', 'too late'],
      ],
    ]);
    const nonce = decisionNonce([{ dossier, verb: 'deny', reason: 'nö' }, denied]);
    assert.equal(nonce, createHash('sha256').update(json).digest('base64url'));
  });
  test('differs by dossier, verb, reason, and the entries of the list and their order', () => {
    const nonces = [
      decisionNonce([own]),
      decisionNonce([{ ...own, verb: 'deny' }]),
      decisionNonce([{ ...own, reason: 'looks  right' }]),
      decisionNonce([{ ...own, dossier: digestOf('another') }]),
      decisionNonce([own, denied]),
      decisionNonce([denied, own]),
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
    ['the nonce of another reason', { nonce: decisionNonce([{ ...own, reason: 'other' }]) }, /another list of/],
    ['the nonce of another verb', { nonce: decisionNonce([{ ...own, verb: 'deny' }]) }, /another list of/],
    ['the nonce of another dossier', { nonce: decisionNonce([{ ...own, dossier: digestOf(1) }]) }, /another list of/],
    ['the nonce of a longer list', { nonce: decisionNonce([own, denied]) }, /another list of/],
    ['an empty nonce', { nonce: '' }, /another list of/],
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
    const spaced = { ...own, reason: '  looks right ' };
    assert.deepEqual(decisionSchema.parse({ ...decision, ...spaced, list: [spaced] }), decision);
  });
  test('accepts a decision of a list', () => {
    assert.ok(decisionSchema.safeParse({ ...decision, list: [denied, own] }).success);
  });
  const withLongReason = (entry: typeof own) => ({ ...entry, reason: 'x'.repeat(500) });
  const many = Array.from({ length: 20 }, (_, index) => ({ ...own, dossier: digestOf(index) }));
  const refusals: [string, object][] = [
    ['no list', { list: undefined }],
    ['an empty list', { list: [] }],
    ['a list without the decision', { list: [denied] }],
    ['a list with another verb for the dossier', { list: [{ ...own, verb: 'deny' }] }],
    ['a list with another reason for the dossier', { list: [{ ...own, reason: 'other' }] }],
    ['a list with a dossier twice', { list: [own, denied, { ...denied, verb: 'approve' }] }],
    ['a list with the decision twice', { list: [own, own] }],
    ['a list of 21 entries', { list: [...many, own] }],
    ['a list with more than 6,000 characters of reasons', { list: [own, ...many.slice(0, 12).map(withLongReason)] }],
    ['a list entry with an unknown member', { list: [{ ...own, token: 'aaaa.bbbb.cccc' }] }],
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
