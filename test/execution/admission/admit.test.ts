import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createSecretKey } from 'node:crypto';
import { exportSPKI, generateKeyPair, importJWK, type CryptoKey } from 'jose';
import { createTokenVerifier } from '../../../src/adapters/oidc/token-verifier.ts';
import { createBlobs } from '../../../src/adapters/postgres/blobs.ts';
import { createJournalReader } from '../../../src/adapters/postgres/journal/journal.ts';
import { toBase64url } from '../../../src/lib/base64.ts';
import { decisionsOn } from '../../../src/domain/approval/admission.ts';
import type { Decision } from '../../../src/domain/approval/decision.ts';
import type { Digest } from '../../../src/lib/digest.ts';
import { admitDecision, type AdmitDecisionDeps } from '../../../src/execution/admission/admit-decision.ts';
import { startDatabase, type Database } from '../database.ts';
import { anySignIn, deployment, dossierOf, incident, observer, safeReport, scalePlan, signed } from '../fixture.ts';
import { startIssuer, type Forgery, type TestIssuer } from './issuer.ts';
import { decideAlone } from '../../decide-alone.ts';
import { admissionDeps } from '../admissions.ts';
import { startTestVault, type TestVault } from '../vault.ts';

let database: Database;
let vault: TestVault;
let issuer: TestIssuer;
let deps: AdmitDecisionDeps;
let dossier: Digest;
let other: Digest;
let now = new Date();

before(async () => {
  [database, vault] = await Promise.all([startDatabase(), startTestVault()]);
  issuer = await startIssuer(() => now);
  deps = {
    blobs: createBlobs(database.pools.gateway),
    ...admissionDeps({ vault: vault.sessions.gateway, issuer }, database.pools.gateway),
    ...anySignIn,
    clock: () => now,
  };
  [dossier, other] = [await stored(2), await stored(3)];
});

after(async () => {
  await issuer[Symbol.asyncDispose]();
  await vault[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

async function stored(replicas: number): Promise<Digest> {
  const plan = scalePlan([deployment('web', replicas)], { web: replicas + 1 });
  return deps.blobs.put(dossierOf(plan, await signed(observer().sign, safeReport(plan)), now));
}

function send(decision: Decision) {
  return admitDecision(deps, { incident: incident.id, trace: incident.trace, decision });
}

async function forged(subject: string, forgery: Forgery): Promise<Decision> {
  const decision = decideAlone({ dossier, verb: 'approve', reason: 'looks right' });
  return { ...decision, token: await issuer.decisionToken(decision, subject, forgery) };
}

async function journalled(kind: string): Promise<string[]> {
  const records = await createJournalReader(database.pools.serve).read(incident.id);
  return records.filter((record) => record.kind === kind).map((record) => record.message);
}

async function decisions(of: Digest) {
  const admissions = await deps.admissions.of({ incident: incident.id, trace: incident.trace });
  return decisionsOn(admissions, of);
}

async function rows(): Promise<number> {
  return (await decisions(dossier)).length;
}

describe('admitDecision', () => {
  it('archives a decision with its token, key and time, records it in the journal, and answers', async () => {
    const own = await stored(5);
    const decision = await issuer.decide(own, 'lea', 'approve', 'to be archived');
    const answer = await send(decision);
    const { token, list: _, ...rest } = decision;
    const person = { issuer: issuer.issuer, subject: 'lea', groups: ['lead'] };
    const admitted = { ...rest, ...person, admittedAt: now.toISOString() };
    assert.deepEqual(answer, { admitted });
    const [counted, ...others] = await decisions(own);
    assert.partialDeepStrictEqual(counted, { ...admitted, listed: 1 });
    assert.deepEqual(others, []);
    const archived = await database.pools.gateway.query<{ key: string }>(
      'SELECT key FROM admissions WHERE token = $1',
      [token],
    );
    assert.deepEqual(
      archived.rows.map(({ key }) => (JSON.parse(key) as { x: string }).x),
      [issuer.jwk.x],
    );
    const recorded = (await journalled('decision.admitted')).filter((message) => message.includes('to be archived'));
    assert.deepEqual(recorded, ['approved by lea (lead): to be archived']);
    for (const record of await createJournalReader(database.pools.serve).read(incident.id)) {
      assert.ok(!JSON.stringify(record).includes(token), 'the journal quotes the token');
    }
  });

  it('gives a resent decision the same answer and counts it once, even after its token has expired', async () => {
    const decision = await issuer.decide(dossier, 'olga');
    const first = await send(decision);
    const count = await rows();
    const then = now;
    now = new Date(now.getTime() + 3_600_000);
    try {
      assert.deepEqual(await send(decision), first);
    } finally {
      now = then;
    }
    assert.equal(await rows(), count);
  });

  it('stores one row and gives one answer for twenty concurrent sends of a decision', async () => {
    const decision = await issuer.decide(dossier, 'sam', 'approve', 'all at once');
    const count = await rows();
    const answers = await Promise.all(Array.from({ length: 20 }, () => send(decision)));
    assert.equal(new Set(answers.map((answer) => JSON.stringify(answer))).size, 1);
    assert.equal(await rows(), count + 1);
  });

  it('admits another decision when the same person changes the verb', async () => {
    const count = await rows();
    assert.ok('admitted' in (await send(await issuer.decide(dossier, 'lea', 'deny', 'changed my mind'))));
    assert.equal(await rows(), count + 1);
  });

  it('refuses the token of another dossier, verb or reason', async () => {
    const decision = await issuer.decide(dossier, 'lea', 'approve', 'for this one');
    const changes = [{ dossier: other }, { verb: 'deny' as const }, { reason: 'for another' }];
    const { token } = decision;
    const sendChanged = (change: object) => send({ ...decideAlone({ ...decision, ...change }), token });
    const refused = 'the token is for another list of dossiers, verbs and reasons';
    for (const change of changes) assert.deepEqual(await sendChanged(change), { refused });
    // Also once the original is in the archive under the same token.
    await send(decision);
    for (const change of changes) assert.ok('refused' in (await sendChanged(change)));
    assert.ok((await journalled('decision.refused')).length >= 6);
  });

  const claims: [string, Record<string, unknown>, RegExp][] = [
    ['a token of another issuer', { iss: 'https://elsewhere.example' }, /another issuer/],
    ['a token for another audience', { aud: 'airlock-other' }, /another audience/],
    ['an expired token', { exp: 1 }, /expired/],
    ['a token issued in the future', { iat: 4_000_000_000 }, /future/],
    ['a token of an old sign-in', { auth_time: 1 }, /sign-in is too old/],
    ['a token without a sign-in time', { auth_time: undefined }, /no usable claim auth_time/],
    ['a token without a nonce, such as an access token', { nonce: undefined }, /no usable claim nonce/],
  ];
  for (const [what, change, why] of claims) {
    it(`refuses ${what}`, async () => {
      const count = await rows();
      const answer = await send(await forged('lea', { claims: change }));
      assert.match('refused' in answer ? answer.refused : 'admitted', why);
      assert.equal(await rows(), count);
    });
  }

  it('refuses an access token by its type, whatever its claims', async () => {
    const answer = await send(await forged('lea', { header: { typ: 'at+jwt' } }));
    assert.deepEqual(answer, { refused: 'the token is not an ID token' });
  });

  it('refuses a token that another key signed', async () => {
    const { privateKey } = await generateKeyPair('ES256');
    const answer = await send(await forged('lea', { key: privateKey }));
    assert.deepEqual(answer, { refused: 'the token is malformed, or its signature cannot be verified' });
  });

  it('refuses changed claims under a valid signature', async () => {
    const { token, ...decision } = await issuer.decide(dossier, 'sam', 'approve', 'as somebody else');
    const [header, payload, signature] = token.split('.');
    const claimsOf = JSON.parse(Buffer.from(payload ?? '', 'base64url').toString()) as object;
    const changed = Buffer.from(JSON.stringify({ ...claimsOf, sub: 'lea', groups: ['lead'] })).toString('base64url');
    const answer = await send({ ...decision, token: `${header}.${changed}.${signature}` });
    assert.deepEqual(answer, { refused: 'the token is malformed, or its signature cannot be verified' });
  });

  it('refuses alg none', async () => {
    const { token, ...decision } = await issuer.decide(dossier, 'lea', 'approve', 'unsigned');
    const header = toBase64url(new TextEncoder().encode(JSON.stringify({ alg: 'none', kid: 'k1' })));
    const [, payload, signature] = token.split('.');
    const answer = await send({ ...decision, token: `${header}.${payload}.${signature}` });
    assert.deepEqual(answer, { refused: 'the token is malformed, or its signature cannot be verified' });
  });

  it('refuses HS256 with the public key as the secret', async () => {
    const pem = await exportSPKI((await importJWK(issuer.jwk, 'ES256', { extractable: true })) as CryptoKey);
    const key = createSecretKey(Buffer.from(pem)).export();
    const answer = await send(await forged('lea', { header: { alg: 'HS256' }, key: new Uint8Array(key) }));
    assert.deepEqual(answer, { refused: 'the token is malformed, or its signature cannot be verified' });
  });

  it('refuses unknown key ids, and fetches the keys at most twice for a hundred of them', async () => {
    const fetched = issuer.fetches();
    for (let index = 0; index < 100; index += 1) {
      const answer = await send(await forged('lea', { header: { kid: `k${String(index + 2)}` } }));
      assert.deepEqual(answer, { refused: 'the issuer publishes no key that matches the token' });
    }
    assert.ok(issuer.fetches() - fetched <= 2);
  });

  it('refuses a dossier that is missing or belongs to another incident', async () => {
    const missing = await issuer.decide(`sha256:${'0'.repeat(64)}`, 'lea');
    assert.match(JSON.stringify(await send(missing)), /no document is stored under sha256:0+/);
    const decision = await issuer.decide(dossier, 'lea');
    const input = { incident: 'inc-other', trace: 't', decision: { ...decision, reason: 'other' } };
    const elsewhere = await admitDecision(deps, input);
    assert.deepEqual(elsewhere, { refused: 'the dossier belongs to another incident' });
  });

  it('refuses a stored document that is not a dossier', async () => {
    const digest = await deps.blobs.put({ version: 'airlock-dossier/1' });
    assert.match(JSON.stringify(await send(await issuer.decide(digest, 'lea'))), /refused.*needs a new dossier/);
  });

  it('refuses a decision after the dossier has expired', async () => {
    const then = now;
    now = new Date(now.getTime() + 601_000);
    try {
      assert.match(JSON.stringify(await send(await issuer.decide(dossier, 'lea', 'approve', 'late'))), /expired/);
    } finally {
      now = then;
    }
  });

  it('asks to retry when the issuer does not answer', async () => {
    const tokens = createTokenVerifier({ issuer: 'http://127.0.0.1:1' });
    const decision = await issuer.decide(dossier, 'lea', 'approve', 'nobody there');
    const asked = admitDecision({ ...deps, tokens }, { incident: incident.id, trace: 't', decision });
    await assert.rejects(asked, { code: 'issuer-unavailable', next: 'retry' });
  });

  it('admits nothing when the record cannot be appended', async () => {
    const count = await rows();
    const decision = await issuer.decide(dossier, 'lea', 'approve', 'unwritten');
    const { owner } = database.pools;
    await owner.query('REVOKE EXECUTE ON FUNCTION journal_append FROM airlock_gateway');
    try {
      await assert.rejects(send(decision), { code: 'database-mismatch' });
    } finally {
      await owner.query('GRANT EXECUTE ON FUNCTION journal_append TO airlock_gateway');
    }
    assert.equal(await rows(), count);
  });
});
