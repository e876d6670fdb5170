import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createSecretKey } from 'node:crypto';
import { exportSPKI, generateKeyPair, importJWK, type CryptoKey } from 'jose';
import { createProofVerifier } from '../../src/adapters/oidc/proof-verifier.ts';
import { createAdmissions } from '../../src/adapters/postgres/approval/admissions.ts';
import { createAsks } from '../../src/adapters/postgres/approval/requester-records.ts';
import { createBlobs } from '../../src/adapters/postgres/blobs.ts';
import { createJournal, createJournalReader } from '../../src/adapters/postgres/journal/journal.ts';
import { toBase64url } from '../../src/lib/base64url.ts';
import type { Decision } from '../../src/domain/approval/decision.ts';
import type { Digest } from '../../src/lib/digest.ts';
import { admit, type AdmitDeps } from '../../src/execution/admission/admit-decision.ts';
import { startDatabase, type Database } from './database.ts';
import { deployment, dossierOf, incident, observer, safeReport, scalePlan, signed } from './fixture.ts';
import { startIssuer, type Forgery, type TestIssuer } from './issuer.ts';

let database: Database;
let issuer: TestIssuer;
let deps: AdmitDeps;
let dossier: Digest;
let other: Digest;
let now = new Date();

before(async () => {
  database = await startDatabase();
  issuer = await startIssuer(() => now);
  deps = {
    blobs: createBlobs(database.pools.gateway),
    proofs: createProofVerifier({ issuer: issuer.issuer }),
    proofTerms: { issuer: issuer.issuer, maxSignInAge: 300 },
    ...{ admissions: createAdmissions(database.pools.gateway), asks: createAsks(database.pools.gateway) },
    journal: createJournal(database.pools.gateway),
    clock: () => now,
  };
  [dossier, other] = [await stored(2), await stored(3)];
});

after(async () => {
  await issuer[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

async function stored(replicas: number): Promise<Digest> {
  const plan = scalePlan([deployment('web', replicas)], { web: replicas + 1 });
  return deps.blobs.put(dossierOf(plan, await signed(observer().sign, safeReport(plan)), now));
}

function send(decision: Decision) {
  return admit(deps, { incident: incident.id, trace: incident.trace, decision });
}

async function forged(subject: string, forgery: Forgery, reason = 'looks right'): Promise<Decision> {
  const decision = { dossier, verb: 'approve', reason } as const;
  return { ...decision, proof: await issuer.sign(decision, subject, forgery) };
}

async function journalled(kind: string): Promise<string[]> {
  const records = await createJournalReader(database.pools.serve).read(incident.id);
  return records.filter((record) => record.kind === kind).map((record) => record.fact);
}

async function rows(): Promise<number> {
  return (await deps.admissions.ofDossier(dossier)).length;
}

describe('admit', () => {
  it('OK: archived with token, key and moment, journalled, answered', async () => {
    const decision = await issuer.decide(dossier, 'lea');
    const answer = await send(decision);
    const { proof, ...rest } = decision;
    const admitted = {
      ...rest,
      issuer: issuer.issuer,
      subject: 'lea',
      groups: ['lead'],
      admittedAt: now.toISOString(),
    };
    assert.deepEqual(answer, { admitted });
    const [row] = await deps.admissions.ofDossier(dossier);
    assert.equal(row?.decision.proof, proof);
    assert.equal((row?.key as { x: string }).x, issuer.jwk.x);
    assert.deepEqual(await journalled('decision.admitted'), ['approve by lea (lead): looks right']);
    for (const record of await createJournalReader(database.pools.serve).read(incident.id)) {
      assert.ok(!JSON.stringify(record).includes(proof), 'the journal quotes the token');
    }
  });

  it('OK: sent again, even when the proof has expired, the same answer, counted once', async () => {
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

  it('OK: the same decision twenty times at once is one row and one answer', async () => {
    const decision = await issuer.decide(dossier, 'sam', 'approve', 'all at once');
    const count = await rows();
    const answers = await Promise.all(Array.from({ length: 20 }, () => send(decision)));
    assert.equal(new Set(answers.map((answer) => JSON.stringify(answer))).size, 1);
    assert.equal(await rows(), count + 1);
  });

  it('OK: the same person with another verb is one more decision', async () => {
    const count = await rows();
    assert.ok('admitted' in (await send(await issuer.decide(dossier, 'lea', 'deny', 'changed my mind'))));
    assert.equal(await rows(), count + 1);
  });

  it('a proof of another dossier, verb or reason is refused', async () => {
    const decision = await issuer.decide(dossier, 'lea', 'approve', 'for this one');
    const changes = [{ dossier: other }, { verb: 'deny' as const }, { reason: 'for another' }];
    for (const change of changes) {
      const answer = await send({ ...decision, ...change });
      assert.deepEqual(answer, { refused: 'the proof is for another dossier, verb or reason' });
    }
    // Also once the original is in the archive under the same token.
    await send(decision);
    for (const change of changes) assert.ok('refused' in (await send({ ...decision, ...change })));
    assert.ok((await journalled('decision.refused')).length >= 6);
  });

  const claims: [string, Record<string, unknown>, RegExp][] = [
    ['of another issuer', { iss: 'https://elsewhere.example' }, /another issuer/],
    ['for another audience', { aud: 'airlock-other' }, /another audience/],
    ['for two audiences', { aud: ['airlock-decision', 'airlock-other'] }, /no usable aud/],
    ['that has expired', { exp: 1 }, /expired/],
    ['of the future', { iat: 4_000_000_000 }, /future/],
    ['of an old sign-in', { auth_time: 1 }, /sign-in is too old/],
    ['without a sign-in time', { auth_time: undefined }, /no usable auth_time/],
    ['without a nonce, as an access token', { nonce: undefined }, /no usable nonce/],
    ['without groups', { groups: undefined }, /no usable groups/],
  ];
  for (const [what, change, why] of claims) {
    it(`a proof ${what} is refused`, async () => {
      const count = await rows();
      const answer = await send(await forged('lea', { claims: change }));
      assert.match('refused' in answer ? answer.refused : 'admitted', why);
      assert.equal(await rows(), count);
    });
  }

  it('an access token is refused by its type, whatever its claims', async () => {
    const answer = await send(await forged('lea', { header: { typ: 'at+jwt' } }));
    assert.deepEqual(answer, { refused: 'the proof is not an ID token' });
  });

  it('a proof that somebody else signed is refused: governance, say', async () => {
    const { privateKey } = await generateKeyPair('ES256');
    const answer = await send(await forged('lea', { key: privateKey }));
    assert.deepEqual(answer, { refused: 'the signature of the proof does not verify' });
  });

  it('claims exchanged under a good signature are refused', async () => {
    const { proof, ...decision } = await issuer.decide(dossier, 'sam', 'approve', 'as somebody else');
    const [header, payload, signature] = proof.split('.');
    const claimsOf = JSON.parse(Buffer.from(payload ?? '', 'base64url').toString()) as object;
    const changed = Buffer.from(JSON.stringify({ ...claimsOf, sub: 'lea', groups: ['lead'] })).toString('base64url');
    const answer = await send({ ...decision, proof: `${header}.${changed}.${signature}` });
    assert.deepEqual(answer, { refused: 'the signature of the proof does not verify' });
  });

  it('alg none is refused', async () => {
    const { proof, ...decision } = await issuer.decide(dossier, 'lea', 'approve', 'unsigned');
    const header = toBase64url(new TextEncoder().encode(JSON.stringify({ alg: 'none', kid: 'k1' })));
    const [, payload, signature] = proof.split('.');
    const answer = await send({ ...decision, proof: `${header}.${payload}.${signature}` });
    assert.deepEqual(answer, { refused: 'the signature of the proof does not verify' });
  });

  it('HS256 with the public key as the secret is refused', async () => {
    const pem = await exportSPKI((await importJWK(issuer.jwk, 'ES256', { extractable: true })) as CryptoKey);
    const key = createSecretKey(Buffer.from(pem)).export();
    const answer = await send(await forged('lea', { header: { alg: 'HS256' }, key: new Uint8Array(key) }));
    assert.deepEqual(answer, { refused: 'the signature of the proof does not verify' });
  });

  it('an unknown key id is refused, and a hundred of them do not fetch the keys a hundred times', async () => {
    const fetched = issuer.fetches();
    for (let index = 0; index < 100; index += 1) {
      const answer = await send(await forged('lea', { header: { kid: `k${String(index + 2)}` } }));
      assert.deepEqual(answer, { refused: 'the proof names a key that its issuer does not have' });
    }
    assert.ok(issuer.fetches() - fetched <= 2);
  });

  it('a dossier that is not there, or of another incident, is refused', async () => {
    const missing = await issuer.decide(`sha256:${'0'.repeat(64)}`, 'lea');
    assert.match(JSON.stringify(await send(missing)), /nothing is stored/);
    const decision = await issuer.decide(dossier, 'lea');
    const elsewhere = await admit(deps, {
      incident: 'inc-other',
      trace: 't',
      decision: { ...decision, reason: 'other' },
    });
    assert.deepEqual(elsewhere, { refused: 'the dossier is of another incident' });
  });

  it('what is stored under the digest but is no dossier is refused', async () => {
    const digest = await deps.blobs.put({ version: 'airlock-dossier/1' });
    assert.match(JSON.stringify(await send(await issuer.decide(digest, 'lea'))), /refused.*build a new one/);
  });

  it('after the dossier has expired nothing is admitted', async () => {
    const then = now;
    now = new Date(now.getTime() + 601_000);
    try {
      assert.match(JSON.stringify(await send(await issuer.decide(dossier, 'lea', 'approve', 'late'))), /expired/);
    } finally {
      now = then;
    }
  });

  it('an issuer that does not answer is no refusal: try again', async () => {
    const proofs = createProofVerifier({ issuer: 'http://127.0.0.1:1' });
    const decision = await issuer.decide(dossier, 'lea', 'approve', 'nobody there');
    const asked = admit({ ...deps, proofs }, { incident: incident.id, trace: 't', decision });
    await assert.rejects(asked, { code: 'issuer-unavailable', next: 'retry' });
  });

  it('no append, no action: without a journal nothing is admitted', async () => {
    const count = await rows();
    const journal = { append: () => Promise.reject(new Error('disk full')) };
    const decision = await issuer.decide(dossier, 'lea', 'approve', 'unwritten');
    await assert.rejects(admit({ ...deps, journal }, { incident: incident.id, trace: 't', decision }), /disk full/);
    assert.equal(await rows(), count);
  });

  it('the archive: the gateway may not change it, the others may not read it', async () => {
    for (const sql of ["UPDATE admissions SET verb = 'approve'", 'DELETE FROM admissions', 'TRUNCATE admissions']) {
      await assert.rejects(database.pools.gateway.query(sql), /permission denied/);
    }
    for (const role of ['serve', 'reason', 'observe'] as const) {
      await assert.rejects(database.pools[role].query('SELECT proof FROM admissions'), /permission denied/);
      await assert.rejects(database.pools[role].query('SELECT * FROM challenges'), /permission denied/);
      await assert.rejects(
        database.pools[role].query('INSERT INTO execution_results VALUES ($1)', ['x']),
        /permission denied/,
      );
    }
    await database.pools.serve.query('SELECT * FROM executions, execution_steps, execution_results');
  });
});
