import assert from 'node:assert/strict';
import { after, beforeEach, describe, it } from 'node:test';
import { generateKeyPair } from 'jose';
import { createJournalReader } from '../../src/adapters/postgres/journal/journal.ts';
import { proofOfDecision } from '../../src/domain/approval/decision.ts';
import { digestOf } from '../../src/lib/digest.ts';
import type { RequestOn } from '../../src/domain/ports.ts';
import { unverifiedClaims } from '../../src/domain/approval/token-claims.ts';
import { incidentOfRequest } from '../../src/domain/approval/request.ts';
import { askingOf, wish } from './asking.ts';
import { allowed } from './fixture.ts';
import { startWorld } from './environment.ts';

const world = await startWorld();
const asking = askingOf(world);
after(() => world[Symbol.asyncDispose]());
beforeEach(() => world.fresh());

async function journalled(id: string): Promise<string[]> {
  return (await createJournalReader(world.database.pools.serve).read(id)).map(({ kind, fact }) => `${kind}: ${fact}`);
}

describe('a request that reaches the gateway', () => {
  it('OK: admitted once, however often it is sent, journalled without its token', async () => {
    const on = await asking.signed('lea');
    const rows = await asking.rows();
    const first = await asking.ask(on);
    const admittedAt = world.now().toISOString();
    assert.deepEqual(first, { admitted: { issuer: world.issuer.issuer, subject: 'lea', admittedAt } });
    assert.deepEqual(await journalled(on.incident.id), [
      'request.admitted: capacity asked for by lea: the sale begins',
    ]);
    world.later(3600);
    const again = await Promise.all(Array.from({ length: 10 }, () => asking.ask(on)));
    assert.ok(again.every((answer) => JSON.stringify(answer) === JSON.stringify(first)));
    assert.equal(await asking.rows(), rows + 1);
    const records = await createJournalReader(world.database.pools.serve).read(on.incident.id);
    assert.ok(!JSON.stringify(records).includes(on.request.proof), 'the journal quotes the token');
  });

  it('OK: sent ten times at once it is one row and one answer', async () => {
    const on = await asking.signed('olga');
    const rows = await asking.rows();
    const answers = await Promise.all(Array.from({ length: 10 }, () => asking.ask(on)));
    assert.equal(new Set(answers.map((answer) => JSON.stringify(answer))).size, 1);
    assert.equal(await asking.rows(), rows + 1);
  });

  it('OK: its signature written in another way that verifies is the same proof, incident and row', async () => {
    const on = await asking.signed('olga');
    const [proof, rows] = [otherSignature(on.request.proof), await asking.rows()];
    assert.ok('claims' in (await world.gateway.deps.proofs.verify(proof)), 'it verifies');
    const { iat } = unverifiedClaims(proof) ?? { iat: 0 };
    assert.equal(incidentOfRequest({ cluster: 'east', proof }, { iat }).id, on.incident.id);
    const first = await asking.ask({ ...on, request: { ...on.request, proof } });
    assert.ok('admitted' in first);
    assert.deepEqual(await asking.ask(on), first);
    assert.equal(await asking.rows(), rows + 1);
  });

  const { wanted } = wish;
  const more = { ...wanted, parameters: { namespace: 'shop', deployment: 'web', to: 60 } };
  const decision = proofOfDecision({ dossier: digestOf('x'), verb: 'approve', reason: wish.reason });
  const refusals: [string, () => Promise<RequestOn>, RegExp][] = [
    ['for a cluster that is not configured', () => asking.signed('lea', { cluster: 'west' }), /west is not configured/],
    ['of somebody in no group that may ask', () => asking.signed('eve'), /eve is in none of the groups that may ask/],
    ['for another parameter', () => changed({ request: { wanted: more } }), /another cluster, wish or reason/],
    ['for another reason', () => changed({ request: { reason: 'because' } }), /another cluster, wish or reason/],
    ['on another cluster’s incident', () => changed({ incident: { cluster: 'west' } }), /for another cluster/],
    [
      'under the name of another incident',
      () => changed({ incident: { id: 'inc-0123456789abcdef' } }),
      /opens incident inc-\w{16}, no other/,
    ],
    ['with another start', () => changed({ incident: { startsAt: '2026-01-01T00:00:00.000Z' } }), /no other/],
    [
      'with the proof of a decision',
      () => asking.signed('lea', {}, { claims: { aud: 'airlock-decision' } }),
      /audience/,
    ],
    [
      'with a nonce of a decision',
      () => asking.signed('lea', {}, { claims: { nonce: decision.nonce } }),
      /another clus/,
    ],
    ['with an old sign-in', () => asking.signed('lea', {}, { claims: { auth_time: 1 } }), /too old/],
    [
      'signed by nobody',
      async () => asking.signed('lea', {}, { key: (await generateKeyPair('ES256')).privateKey }),
      /does not verify/,
    ],
  ];
  for (const [name, made, why] of refusals) {
    it(`refused: ${name}; journalled, and nothing kept`, async () => {
      const on = await made();
      const rows = await asking.rows();
      const answer = await asking.ask(on);
      assert.match('refused' in answer ? answer.refused : 'it was admitted', why);
      assert.match((await journalled(on.incident.id)).at(-1) ?? '', /^request\.refused: capacity refused: /);
      assert.equal(await asking.rows(), rows);
    });
  }

  it('refused: the proof of an admitted request under the name of another incident, or with another wish', async () => {
    const on = await asking.signed('lea');
    await asking.ask(on);
    const elsewhere = { ...on, incident: { ...on.incident, id: 'inc-0123456789abcdef' } };
    assert.ok('refused' in (await asking.ask(elsewhere)));
    assert.ok('refused' in (await asking.ask({ ...on, request: { ...on.request, wanted: more } })));
  });
});

/** Order of the group of P-256: with (r, s) also (r, n - s) is a signature of the same. */
const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

function otherSignature(proof: string): string {
  const at = proof.lastIndexOf('.') + 1;
  const bytes = Buffer.from(proof.slice(at), 'base64url').toString('hex');
  const s = (order - BigInt(`0x${bytes.slice(64)}`)).toString(16).padStart(64, '0');
  return proof.slice(0, at) + Buffer.from(bytes.slice(0, 64) + s, 'hex').toString('base64url');
}

async function changed(change: { incident?: object; request?: object }): Promise<RequestOn> {
  const { incident, request } = await asking.signed('lea');
  return { incident: { ...incident, ...change.incident }, request: { ...request, ...change.request } };
}

describe('the requester of an incident', () => {
  it('cannot approve it, whatever the dossier says; somebody else can, and it is executed', async () => {
    const on = await asking.signed('lea');
    await asking.ask(on);
    // A dossier that was forged to name nobody.
    const dossier = await asking.offer(on.incident, 2);
    const own = { refused: 'lea asked for this, so somebody else has to approve it' };
    assert.deepEqual(await asking.decide(dossier, 'lea'), own);
    assert.ok(!(await asking.prepare(dossier)).ready);
    assert.ok('admitted' in (await asking.decide(dossier, 'olga')));
    const prepared = await asking.prepare(dossier);
    assert.ok(prepared.ready);
    assert.equal((await asking.execute(dossier, prepared)).outcome, 'executed');
  });

  it('an approval that was given before the request arrived does not count at the execution', async () => {
    const on = await asking.signed('lea');
    const dossier = await asking.offer(on.incident, 2);
    assert.ok('admitted' in (await asking.decide(dossier, 'lea')));
    await asking.ask(on);
    const prepared = await asking.prepare(dossier);
    assert.match(prepared.ready ? '' : (prepared.reasons[0] ?? ''), /1 more approval\(s\) of lead or owner needed/);
  });

  it('needs another person also where policy asks nobody, whatever the dossier says', async () => {
    const phase = 'autonomous';
    const allowedAlone = { ...allowed(0, ['sre', 'lead', 'owner']), phase } as const;
    const on = await asking.signed('lea');
    const dossier = await asking.offer(on.incident, 2);
    const playbook = { playbook: 'capacity', playbookDigest: `sha256:${'1'.repeat(64)}` } as const;
    world.gateway.deps.phases = async () => ({ default: 'limited', scopes: [{ ...playbook, phase }] });
    world.verdict = allowedAlone;
    assert.ok((await asking.prepare(dossier)).ready, 'nobody asked for it yet');
    await asking.ask(on);
    const alone = await asking.prepare(dossier);
    assert.match(alone.ready ? '' : (alone.reasons[0] ?? ''), /1 more approval\(s\) of sre or lead or owner needed/);
    assert.ok('refused' in (await asking.decide(dossier, 'lea')));
    await asking.decide(dossier, 'sam');
    const prepared = await asking.prepare(dossier);
    assert.equal((await asking.execute(dossier, prepared)).outcome, 'executed');
  });

  it('is also who the dossier names, where the gateway knows of nobody', async () => {
    const on = await asking.signed('lea');
    const { issuer } = world.issuer;
    const dossier = await asking.offer(on.incident, 2, [{ issuer, subject: 'lea' }]);
    assert.ok('refused' in (await asking.decide(dossier, 'lea')));
    const elsewhere = await asking.offer(on.incident, 3, [{ issuer: 'https://other.example', subject: 'lea' }]);
    assert.ok('admitted' in (await asking.decide(elsewhere, 'lea')), 'another issuer’s lea is somebody else');
  });

  it('can deny it', async () => {
    const on = await asking.signed('lea');
    await asking.ask(on);
    const dossier = await asking.offer(on.incident, 2);
    assert.ok('admitted' in (await asking.decide(dossier, 'lea', 'deny')));
    await asking.decide(dossier, 'olga');
    const prepared = await asking.prepare(dossier);
    assert.match(prepared.ready ? '' : (prepared.reasons[0] ?? ''), /lea denied it/);
  });

  it('no role but the gateway’s reads the archive, and not even that one changes it', async () => {
    const { serve, reason, observe, gateway } = world.database.pools;
    for (const pool of [serve, reason, observe]) {
      await assert.rejects(pool.query('SELECT proof FROM asks'), /permission denied/);
      await assert.rejects(pool.query("INSERT INTO asks (kind) VALUES ('edit')"), /permission denied/);
    }
    await assert.rejects(gateway.query("UPDATE asks SET subject = 'nobody'"), /permission denied/);
    await assert.rejects(gateway.query('DELETE FROM asks'), /permission denied/);
  });

  it('a name that was changed in the archive changes nothing: the proof says who asked', async () => {
    const on = await asking.signed('lea');
    await asking.ask(on);
    const { owner } = world.database.pools;
    await owner.query("UPDATE asks SET subject = 'sam' WHERE incident = $1", [on.incident.id]);
    const dossier = await asking.offer(on.incident, 2);
    assert.ok('refused' in (await asking.decide(dossier, 'lea')));
    await owner.query("UPDATE asks SET asked = replace(asked, 'sale', 'tale') WHERE incident = $1", [on.incident.id]);
    await assert.rejects(asking.prepare(dossier), { code: 'proof-corrupt' });
  });
});
