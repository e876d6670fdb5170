import assert from 'node:assert/strict';
import { after, beforeEach, describe, it } from 'node:test';
import { generateKeyPair } from 'jose';
import { createJournalReader } from '../../../src/adapters/postgres/journal/journal.ts';
import { purposeOfDecision } from '../../../src/domain/approval/decision.ts';
import { digestOf } from '../../../src/lib/digest.ts';
import type { IncidentRequest } from '../../../src/domain/approval/request.ts';
import { unverifiedClaims } from '../../../src/domain/approval/token-claims.ts';
import { incidentOfRequest } from '../../../src/domain/approval/request.ts';
import { peopleOf, sampleRequest } from './people.ts';
import { allowed } from '../fixture.ts';
import { startEnvironment } from '../environment.ts';

const env = await startEnvironment();
const people = peopleOf(env);
after(() => env[Symbol.asyncDispose]());
beforeEach(() => env.reset());

async function journalled(id: string): Promise<string[]> {
  return (await createJournalReader(env.database.pools.serve).read(id)).map(
    ({ kind, message }) => `${kind}: ${message}`,
  );
}

describe('admitRequest', () => {
  it('admits a request once, however often it is sent, and records it without its token', async () => {
    const on = await people.request('lea');
    const rows = await people.recordCount();
    const first = await people.submit(on);
    const admittedAt = env.now().toISOString();
    assert.deepEqual(first, { admitted: { issuer: env.issuer.issuer, subject: 'lea', admittedAt } });
    assert.deepEqual(await journalled(on.incident.id), [
      'request.admitted: capacity requested by lea: the sale begins',
    ]);
    env.advance(3600);
    const again = await Promise.all(Array.from({ length: 10 }, () => people.submit(on)));
    assert.ok(again.every((answer) => JSON.stringify(answer) === JSON.stringify(first)));
    assert.equal(await people.recordCount(), rows + 1);
    const records = await createJournalReader(env.database.pools.serve).read(on.incident.id);
    assert.ok(!JSON.stringify(records).includes(on.request.token), 'the journal quotes the token');
  });

  it('stores one row and gives one answer for ten concurrent sends', async () => {
    const on = await people.request('olga');
    const rows = await people.recordCount();
    const answers = await Promise.all(Array.from({ length: 10 }, () => people.submit(on)));
    assert.equal(new Set(answers.map((answer) => JSON.stringify(answer))).size, 1);
    assert.equal(await people.recordCount(), rows + 1);
  });

  it('takes a token with the malleated signature (r, n - s) for the same token, incident and row', async () => {
    const on = await people.request('olga');
    const [token, rows] = [otherSignature(on.request.token), await people.recordCount()];
    assert.ok('claims' in (await env.gateway.deps.tokens.verify(token)), 'it verifies');
    assert.equal(incidentOfRequest('east', unverifiedClaims(token) ?? assert.fail()).id, on.incident.id);
    const first = await people.submit({ ...on, request: { ...on.request, token } });
    assert.ok('admitted' in first);
    assert.deepEqual(await people.submit(on), first);
    assert.equal(await people.recordCount(), rows + 1);
  });

  const { requested } = sampleRequest;
  const more = { ...requested, parameters: { namespace: 'shop', deployment: 'web', to: 60 } };
  const decision = purposeOfDecision({
    list: [{ dossier: digestOf('x'), verb: 'approve', reason: sampleRequest.reason }],
  });
  const refusals: [string, () => Promise<IncidentRequest>, RegExp][] = [
    [
      'for a cluster that is not configured',
      () => people.request('lea', { cluster: 'west' }),
      /west is not configured/,
    ],
    [
      'of a person in no group that may make requests',
      () => people.request('eve', {}, { claims: { groups: ['guests'] } }),
      /eve is in none of the groups that may make/,
    ],
    [
      'for another parameter',
      () => changed({ request: { requested: more } }),
      /another cluster, requested change or reason/,
    ],
    [
      'for another reason',
      () => changed({ request: { reason: 'because' } }),
      /another cluster, requested change or reason/,
    ],
    ['on another cluster’s incident', () => changed({ incident: { cluster: 'west' } }), /for another cluster/],
    [
      'for another incident',
      () => changed({ incident: { id: 'inc-0123456789abcdef' } }),
      /opens incident inc-\w{16} with start \S+, not this incident/,
    ],
    ['with another start', () => changed({ incident: { startsAt: '2026-01-01T00:00:00.000Z' } }), /not this incident/],
    [
      'with the token of a decision',
      () => people.request('lea', {}, { claims: { aud: 'airlock-decision' } }),
      /audience/,
    ],
    [
      'with a nonce of a decision',
      () => people.request('lea', {}, { claims: { nonce: decision.nonce } }),
      /another clus/,
    ],
    ['with an old sign-in', () => people.request('lea', {}, { claims: { auth_time: 1 } }), /too old/],
    [
      'signed by another key',
      async () => people.request('lea', {}, { key: (await generateKeyPair('ES256')).privateKey }),
      /the token is malformed, or its signature cannot be verified/,
    ],
  ];
  for (const [name, made, why] of refusals) {
    it(`refuses and records a request ${name}, and archives nothing`, async () => {
      const on = await made();
      const rows = await people.recordCount();
      const answer = await people.submit(on);
      assert.match('refused' in answer ? answer.refused : 'it was admitted', why);
      assert.match(
        (await journalled(on.incident.id)).at(-1) ?? '',
        /^request\.refused: request for capacity refused: /,
      );
      assert.equal(await people.recordCount(), rows);
    });
  }

  it('refuses the token of an admitted request for another incident or with another change', async () => {
    const on = await people.request('lea');
    await people.submit(on);
    const elsewhere = { ...on, incident: { ...on.incident, id: 'inc-0123456789abcdef' } };
    assert.ok('refused' in (await people.submit(elsewhere)));
    assert.ok('refused' in (await people.submit({ ...on, request: { ...on.request, requested: more } })));
  });
});

/** Order n of P-256. If (r, s) is a valid signature, so is (r, n - s). */
const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

function otherSignature(token: string): string {
  const at = token.lastIndexOf('.') + 1;
  const bytes = Buffer.from(token.slice(at), 'base64url').toString('hex');
  const s = (order - BigInt(`0x${bytes.slice(64)}`)).toString(16).padStart(64, '0');
  return token.slice(0, at) + Buffer.from(bytes.slice(0, 64) + s, 'hex').toString('base64url');
}

async function changed(change: { incident?: object; request?: object }): Promise<IncidentRequest> {
  const { incident, request } = await people.request('lea');
  return { incident: { ...incident, ...change.incident }, request: { ...request, ...change.request } };
}

describe('the requester of an incident', () => {
  it('cannot approve it, even when the dossier names no requester; another person can', async () => {
    const on = await people.request('lea');
    await people.submit(on);
    // A forged dossier that names no requester.
    const dossier = await people.offer(on.incident, 2);
    const own = { refused: 'lea requested or edited this change, so another person must approve it' };
    assert.deepEqual(await people.decide(dossier, 'lea'), own);
    assert.ok(!(await people.prepare(dossier)).ready);
    assert.ok('admitted' in (await people.decide(dossier, 'olga')));
    const prepared = await people.prepare(dossier);
    assert.ok(prepared.ready);
    assert.equal((await people.execute(dossier, prepared)).outcome, 'executed');
  });

  it('does not count with an approval that was admitted before the request', async () => {
    const on = await people.request('lea');
    const dossier = await people.offer(on.incident, 2);
    assert.ok('admitted' in (await people.decide(dossier, 'lea')));
    await people.submit(on);
    const prepared = await people.prepare(dossier);
    assert.match(
      prepared.ready ? '' : (prepared.reasons[0] ?? ''),
      /needs 1 more approval by people in group lead or owner/,
    );
  });

  it('needs another person even when policy requires no approval', async () => {
    const phase = 'autonomous';
    const allowedAlone = { ...allowed(0, ['sre', 'lead', 'owner']), phase } as const;
    const on = await people.request('lea');
    const dossier = await people.offer(on.incident, 2);
    const playbook = { playbook: 'capacity', playbookDigest: `sha256:${'1'.repeat(64)}` } as const;
    env.gateway.deps.phases = async () => ({ default: 'limited', scopes: [{ ...playbook, phase }] });
    env.verdict = allowedAlone;
    assert.ok((await people.prepare(dossier)).ready, 'nobody has requested it yet');
    await people.submit(on);
    const alone = await people.prepare(dossier);
    assert.match(
      alone.ready ? '' : (alone.reasons[0] ?? ''),
      /needs 1 more approval by people in group sre or lead or owner/,
    );
    assert.ok('refused' in (await people.decide(dossier, 'lea')));
    await people.decide(dossier, 'sam');
    const prepared = await people.prepare(dossier);
    assert.equal((await people.execute(dossier, prepared)).outcome, 'executed');
  });

  it('is also the person that the dossier names, without a record in the archive', async () => {
    const on = await people.request('lea');
    const { issuer } = env.issuer;
    const dossier = await people.offer(on.incident, 2, [{ issuer, subject: 'lea' }]);
    assert.ok('refused' in (await people.decide(dossier, 'lea')));
    const elsewhere = await people.offer(on.incident, 3, [{ issuer: 'https://other.example', subject: 'lea' }]);
    assert.ok('admitted' in (await people.decide(elsewhere, 'lea')), 'another issuer’s lea is somebody else');
  });

  it('can deny it', async () => {
    const on = await people.request('lea');
    await people.submit(on);
    const dossier = await people.offer(on.incident, 2);
    assert.ok('admitted' in (await people.decide(dossier, 'lea', 'deny')));
    await people.decide(dossier, 'olga');
    const prepared = await people.prepare(dossier);
    assert.match(prepared.ready ? '' : (prepared.reasons[0] ?? ''), /lea denied the dossier/);
  });
});

describe('the archive of admissions', () => {
  it('is read only by the gateway, and changed by no role', async () => {
    const { serve, reason, observe, gateway } = env.database.pools;
    for (const pool of [serve, reason, observe]) {
      await assert.rejects(pool.query('SELECT token FROM admissions'), /permission denied/);
      await assert.rejects(pool.query("INSERT INTO admissions (kind) VALUES ('edit')"), /permission denied/);
      await assert.rejects(pool.query('SELECT * FROM challenges'), /permission denied/);
      await assert.rejects(pool.query('INSERT INTO execution_results VALUES ($1)', ['x']), /permission denied/);
    }
    for (const sql of ["UPDATE admissions SET incident = 'x'", 'DELETE FROM admissions', 'TRUNCATE admissions']) {
      await assert.rejects(gateway.query(sql), /permission denied/);
    }
    await serve.query('SELECT * FROM executions, execution_steps, execution_results');
  });
});
