import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { generateKeyPair } from 'jose';
import { createProofVerifier } from '../../src/adapters/oidc/proof-verifier.ts';
import { createJournal, createJournalReader } from '../../src/adapters/postgres/journal/journal.ts';
import { createPlaces } from '../../src/adapters/postgres/routing/routing-states.ts';
import type { Decision } from '../../src/domain/approval/decision.ts';
import { digestOf } from '../../src/lib/digest.ts';
import { open } from '../../src/governance/open.ts';
import { startDatabase, type Database } from '../execution/database.ts';
import { incident } from '../execution/fixture.ts';
import { startIssuer, type Forgery, type TestIssuer } from '../execution/issuer.ts';
import { apiOn, tokens } from './sender.ts';

const asked: Omit<Decision, 'proof'> = { dossier: digestOf('x'), verb: 'approve', reason: 'looks right' };
const of = { dossier: asked.dossier, verb: asked.verb, reason: asked.reason, groups: ['lead'] };

let database: Database;
let issuer: TestIssuer;
let api: ReturnType<typeof apiOn>;
/** Proofs that a workflow heard of. */
const heard: string[] = [];

before(async () => {
  [database, issuer] = await Promise.all([startDatabase(), startIssuer(() => new Date())]);
  const { serve } = database.pools;
  const workflows = {
    async decide(_workflow: string, { proof }: Decision) {
      heard.push(proof);
      return { admitted: { ...of, issuer: issuer.issuer, subject: 'lea', admittedAt: new Date().toISOString() } };
    },
  };
  api = apiOn(serve, workflows, createProofVerifier(issuer).verify);
  const journal = { ...createJournal(serve), ...createJournalReader(serve) };
  const labels = { alertname: 'TooFew' };
  const firing = { cluster: 'east', fingerprint: 'f1', status: 'firing', startsAt: incident.startsAt, labels } as const;
  const places = createPlaces(serve, { windowSeconds: 1800, flapLimit: 3 });
  await open({ journal, places }, { incident, alerts: [{ ...firing, annotations: {} }], workflow: 'wf-1' });
});
beforeEach(() => heard.splice(0));
after(async () => {
  await api.close();
  await issuer[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

function decide(proof: string) {
  const headers = { authorization: `Bearer ${tokens.operator}`, 'content-type': 'application/json' };
  const url = `/v1/incidents/${incident.id}/decisions`;
  return api.inject({ method: 'POST', url, headers, payload: JSON.stringify({ ...asked, proof }) });
}

describe('a proof that arrives', () => {
  it('OK: signed by the issuer, it is taken to the workflow', async () => {
    const proof = await issuer.sign(asked, 'lea');
    assert.equal((await decide(proof)).statusCode, 200);
    assert.deepEqual(heard, [proof]);
  });

  it('that nobody signed in for: refused, and no workflow hears of it', async () => {
    const { privateKey: key } = await generateKeyPair('ES256');
    const forgeries: Forgery[] = [{ key }, { key, header: { kid: 'k2' } }, { header: { typ: 'at+jwt' } }];
    for (const forgery of forgeries) {
      const answer = await decide(await issuer.sign(asked, 'lea', forgery));
      assert.equal(answer.statusCode, 422);
      assert.equal(answer.json<{ code: string }>().code, 'decision-refused');
    }
    assert.deepEqual(heard, []);
  });
});
