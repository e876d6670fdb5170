import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { generateKeyPair } from 'jose';
import { createTokenVerifier } from '../../src/adapters/oidc/token-verifier.ts';
import { createRoutingStates } from '../../src/adapters/postgres/routing/routing-states.ts';
import type { Decision } from '../../src/domain/approval/decision.ts';
import { digestOf } from '../../src/lib/digest.ts';
import { open } from '../../src/governance/open.ts';
import { startDatabase, type Database } from '../execution/database.ts';
import { incident } from '../execution/fixture.ts';
import { startIssuer, type Forgery, type TestIssuer } from '../execution/admission/issuer.ts';
import { decideAlone } from '../decide-alone.ts';
import { createTestApi, tokens } from './api-under-test.ts';
import { journalOf } from '../journal/journal-of.ts';

const decision = decideAlone({ dossier: digestOf('x'), verb: 'approve', reason: 'looks right' });
const of = { dossier: decision.dossier, verb: decision.verb, reason: decision.reason, groups: ['lead'] };

let database: Database;
let issuer: TestIssuer;
let api: ReturnType<typeof createTestApi>;
/** Tokens that reached a workflow. */
const received: string[] = [];

before(async () => {
  [database, issuer] = await Promise.all([startDatabase(), startIssuer(() => new Date())]);
  const { serve } = database.pools;
  const workflows = {
    async decide(_workflow: string, { token }: Decision) {
      received.push(token);
      return { admitted: { ...of, issuer: issuer.issuer, subject: 'lea', admittedAt: new Date().toISOString() } };
    },
  };
  api = createTestApi(serve, workflows, createTokenVerifier(issuer).verify);
  const journal = journalOf(serve);
  const labels = { alertname: 'TooFew' };
  const firing = { cluster: 'east', fingerprint: 'f1', status: 'firing', startsAt: incident.startsAt, labels } as const;
  const routingStates = createRoutingStates(serve, { windowSeconds: 1800, flapLimit: 3 });
  await open({ journal, routingStates }, { incident, alerts: [{ ...firing, annotations: {} }], workflowId: 'wf-1' });
});
beforeEach(() => received.splice(0));
after(async () => {
  await api.close();
  await issuer[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

function decide(token: string) {
  const headers = { authorization: `Bearer ${tokens.operator}`, 'content-type': 'application/json' };
  const url = `/v1/incidents/${incident.id}/decisions`;
  return api.inject({ method: 'POST', url, headers, payload: JSON.stringify({ ...decision, token }) });
}

describe('a decision token', () => {
  it('reaches the workflow when its issuer signed it', async () => {
    const token = await issuer.decisionToken(decision, 'lea');
    assert.equal((await decide(token)).statusCode, 200);
    assert.deepEqual(received, [token]);
  });

  it('is refused before it reaches the workflow when it is forged', async () => {
    const { privateKey: key } = await generateKeyPair('ES256');
    const forgeries: Forgery[] = [{ key }, { key, header: { kid: 'k2' } }, { header: { typ: 'at+jwt' } }];
    for (const forgery of forgeries) {
      const answer = await decide(await issuer.decisionToken(decision, 'lea', forgery));
      assert.equal(answer.statusCode, 422);
      assert.equal(answer.json<{ code: string }>().code, 'decision-refused');
    }
    assert.deepEqual(received, []);
  });
});
