import assert from 'node:assert/strict';
import { after, beforeEach, describe, it } from 'node:test';
import { createJournalReader } from '../../src/adapters/postgres/journal/journal.ts';
import type { Incident } from '../../src/domain/incident/incident.ts';
import type { VaultRequester } from '../../src/platform/vault/vault-client.ts';
import { admitDecision } from '../../src/execution/admission/admit-decision.ts';
import { AirlockError } from '../../src/lib/error.ts';
import { admissionDeps } from '../execution/admissions.ts';
import { peopleOf } from '../execution/admission/people.ts';
import { startEnvironment } from '../execution/environment.ts';
import { allowed } from '../execution/fixture.ts';
import { assertAttackRecorded, newIncident } from './attack.ts';

// What was admitted stays admitted: after deletions in the database, after the rotation of the key, with two gateways,
// and after a crash.

const env = await startEnvironment();
const people = peopleOf(env);
after(() => env[Symbol.asyncDispose]());
beforeEach(() => env.reset());

const corrupt = { code: 'archive-corrupt', next: 'stop' };
const asSuperuser = (sql: string, values: unknown[] = []) => env.database.pools.superuser.query(sql, values);

async function admittedRecords({ id }: Incident): Promise<number> {
  const records = await createJournalReader(env.database.pools.serve).read(id);
  return records.filter(({ kind }) => kind === 'decision.admitted').length;
}

describe('a denial', () => {
  it('ends its dossier although its row was deleted', async () => {
    const incident = newIncident();
    const of = await people.offer(incident, 2);
    await people.decide(of, 'olga');
    const prepared = await people.prepare(of);
    await people.decide(of, 'lea', 'deny');
    await asSuperuser(`DELETE FROM admissions WHERE incident = $1 AND content LIKE '%"deny"%'`, [incident.id]);
    await assert.rejects(people.prepare(of), corrupt);
    await assert.rejects(people.execute(of, prepared), corrupt);
    assert.deepEqual(env.target.writes, []);
    await assertAttackRecorded(env, incident.id, /record \d+ of the journal \(decision\.admitted: denied by lea/);
  });

  it('ends its dossier although its row, its record and the checkpoints were deleted', async () => {
    const incident = newIncident();
    const of = await people.offer(incident, 2);
    await people.decide(of, 'olga');
    const prepared = await people.prepare(of);
    const behind = env.anotherGateway();
    await behind.deps.admissions.of({ incident: incident.id, trace: incident.trace });
    const { rows } = await asSuperuser('SELECT max(seq)::int AS last FROM journal');
    await people.decide(of, 'lea', 'deny');
    const last = [(rows[0] as { last: number }).last];
    const tables = { admissions: 'record > $1', journal: 'seq > $1', checkpoints: 'size > $1' };
    for (const [table, condition] of Object.entries(tables)) {
      await asSuperuser(`CREATE TABLE saved_${table} AS SELECT * FROM ${table}`);
      await asSuperuser(`DELETE FROM ${table} WHERE ${condition}`, last);
    }
    const changed = { code: 'journal-corrupt', next: 'ask' };
    await assert.rejects(people.execute(of, prepared), changed);
    env.gateway = behind;
    await assert.rejects(people.execute(of, prepared), changed, 'a gateway that has not read the denial before');
    env.gateway = env.anotherGateway();
    await assert.rejects(people.execute(of, prepared), changed, 'a gateway that has just started');
    assert.deepEqual(env.target.writes, []);
    for (const [table, condition] of Object.entries(tables))
      await asSuperuser(`INSERT INTO ${table} SELECT * FROM saved_${table} WHERE ${condition}`, last);
    const after = await people.execute(of, prepared);
    assert.match(JSON.stringify(after), /lea denied the dossier/, 'after the restore');
  });
});

describe('approvals', () => {
  const two = { ...allowed(2, ['lead', 'owner'], true), tier: 'high' } as const;

  it('survive the rotation of the key; after their key version was retired, the refusal says what to do', async () => {
    const incident = newIncident();
    env.verdict = two;
    const of = await people.offer(incident, 2);
    await people.decide(of, 'olga');
    const { administrator } = env.vault;
    await administrator.write('transit/keys/rows/rotate', {});
    await people.decide(of, 'lea');
    const prepared = await people.prepare(of);
    assert.ok(prepared.ready);
    const config = (version: number) =>
      administrator.write('transit/keys/rows/config', { min_decryption_version: version });
    await config(2);
    const retired = { code: 'row-key-retired', next: 'ask', message: /min_decryption_version=1\), then try again$/ };
    await assert.rejects(people.execute(of, prepared), retired);
    assert.deepEqual(env.target.writes, []);
    await config(1);
    assert.equal((await people.execute(of, prepared)).outcome, 'executed');
    assert.deepEqual(env.errors, []);
  });

  it('of two gateways count together', async () => {
    const incident = newIncident();
    env.verdict = two;
    const of = await people.offer(incident, 2);
    await people.decide(of, 'olga');
    env.gateway = env.anotherGateway();
    await people.decide(of, 'lea');
    const prepared = await people.prepare(of);
    assert.equal((await people.execute(of, prepared)).outcome, 'executed');
    assert.deepEqual(env.errors, []);
  });

  it('that two gateways admit at the same time are never taken for an attack', async () => {
    const incident = newIncident();
    const context = { incident: incident.id, trace: incident.trace };
    const of = await people.offer(incident, 2);
    const gateways = [env.gateway, env.anotherGateway()];
    const decisions = Array.from({ length: 12 }, (_, index) => {
      env.gateway = gateways[index % 2] ?? env.gateway;
      return people.decide(of, 'olga');
    });
    const reads = gateways.flatMap(({ deps }) => Array.from({ length: 10 }, () => deps.admissions.of(context)));
    for (const answer of await Promise.all(decisions)) assert.ok('admitted' in answer);
    await Promise.all(reads);
    assert.equal(await admittedRecords(incident), 12);
    assert.deepEqual(env.errors, []);
  });

  it('count once after a crash between the commit and the checkpoint', async () => {
    const incident = newIncident();
    const of = await people.offer(incident, 2);
    const { id, trace } = incident;
    const decision = await env.issuer.decide(of.digest, 'olga');
    const { deps } = env.gateway;
    const { admissions } = deps;
    deps.admissions = admissionDeps(
      { vault: failingAfterMac(env.vault.sessions.gateway), issuer: env.issuer },
      pool(),
    ).admissions;
    const send = () => admitDecision(deps, { incident: id, trace, decision });
    await assert.rejects(send(), { code: 'vault-unreachable' });
    assert.equal(await admittedRecords(incident), 1);
    deps.admissions = admissions;
    assert.ok('admitted' in (await send()));
    assert.equal(await admittedRecords(incident), 1);
    const prepared = await people.prepare(of);
    assert.equal((await people.execute(of, prepared)).outcome, 'executed');
    assert.deepEqual(env.errors, []);
  });
});

const pool = () => env.database.pools.gateway;

/** Vault that signs no checkpoint after it has made the MAC of a row. */
function failingAfterMac(vault: VaultRequester): VaultRequester {
  let madeMac = false;
  return {
    request(method, path, body) {
      madeMac ||= path === 'transit/hmac/rows';
      if (madeMac && path === 'transit/sign/checkpoint')
        throw new AirlockError({ code: 'vault-unreachable', message: 'Vault is gone' });
      return vault.request(method, path, body);
    },
  };
}
