import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createInbox } from '../../src/adapters/postgres/routing/inbox.ts';
import { createJournal } from '../../src/adapters/postgres/journal/journal.ts';
import { createLedger } from '../../src/adapters/postgres/ledger/ledger.ts';
import { createLeaseRecords } from '../../src/adapters/postgres/read-leases.ts';
import { isWell, renderStatus } from '../../src/cli/render/status.ts';
import { digestOf } from '../../src/lib/digest.ts';
import { executionId } from '../../src/domain/names.ts';
import { statusSchema, type SystemStatus } from '../../src/domain/incident/system-status.ts';
import { startDatabase, type Database } from '../execution/database.ts';
import { incident } from '../execution/fixture.ts';
import { alert, apiOn, tokens } from './sender.ts';

let database: Database;
let api: ReturnType<typeof apiOn>;

before(async () => {
  database = await startDatabase();
  api = apiOn(database.pools.serve);
});
after(async () => {
  await api.close();
  await database[Symbol.asyncDispose]();
});

async function status(): Promise<SystemStatus> {
  const answer = await api.inject({ url: '/v1/status', headers: { authorization: `Bearer ${tokens.operator}` } });
  assert.equal(answer.statusCode, 200);
  return statusSchema.parse(answer.json());
}

const { id, cluster, trace } = incident;

/** One open incident that reads its cluster and has a grant, and one delivery that nobody has taken on yet. */
async function work(): Promise<void> {
  const { serve, observe, gateway } = database.pools;
  const body = { name: 'Few\u001b[2J', cluster, startsAt: incident.startsAt, workflow: 'wf-1' };
  await createJournal(serve).append({ kind: 'incident.opened', incident: id, trace, fact: 'opened', body });
  const leases = createLeaseRecords(observe);
  for (const leaseId of ['secret-path/1', 'secret-path/2']) {
    await leases.opened({ leaseId, cluster, incident: id, trace, account: 'reader' });
  }
  await leases.closed('secret-path/1');
  const dossier = digestOf('dossier');
  const execution = { id: executionId(dossier, 'do'), dossier, direction: 'do', incident: id, trace, cluster } as const;
  await using claim = await createLedger(gateway).claim({ ...execution, startedAt: new Date().toISOString() });
  await claim.minting();
  await claim.minted({ leaseId: 'secret-path/3', serviceAccount: 'airlock-scale-workload-00000000' });
  const { status: state, labels, annotations, startsAt, fingerprint } = alert();
  const stored = { cluster, fingerprint, status: state as 'firing', startsAt, labels, annotations };
  await createInbox(serve).store({ cluster, group: 'g', groupKey: 'g', trace, alerts: [stored] });
}

describe('GET /v1/status', () => {
  it('OK: nothing is open, nothing waits, nothing is alive', async () => {
    const { inbox, leases, incidents, phases } = await status();
    assert.deepEqual(inbox, { is: { waiting: 0, refused: 0 } });
    assert.deepEqual(leases, { is: { read: [], grants: [] } });
    assert.deepEqual(incidents, { is: {} });
    assert.deepEqual(phases, { is: { default: 'limited', scopes: [] } });
  });

  it('OK: what is alive and what waits is counted, and no lease is named', async () => {
    await work();
    const said = await status();
    const alive = { cluster, incident: id, alive: 1 };
    assert.deepEqual(said.leases, { is: { read: [alive], grants: [alive] } });
    assert.deepEqual(said.incidents, { is: { 'incident.opened': 1 } });
    assert.ok('is' in said.inbox && said.inbox.is.waiting === 1);
    assert.ok(Date.parse(said.inbox.is.since ?? '') <= Date.now());
    assert.doesNotMatch(JSON.stringify(said), /secret-path|airlock-scale/);
  });

  it('what does not answer is said, and hides nothing else; the screen shows both', async () => {
    const said = await status();
    assert.deepEqual(said.queues, { problem: 'no Temporal in this test' });
    assert.equal(isWell(said), false);
    const screen = renderStatus({ ...said, dependencies: { vault: 'sealed\u001b[2J' } });
    assert.match(screen, /^queues +no answer: +no Temporal in this test$/m);
    assert.match(screen, /^servers +vault +sealed\\u\{1b\}\[2J$/m);
    assert.match(screen, new RegExp(`^leases +1 reading +on ${cluster} for ${id}$`, 'm'));
    assert.doesNotMatch(screen, /[^\x20-\x7e\n]/);
  });

  it('governance counts leases; it reads neither their ids nor their accounts', async () => {
    const tables = { read_leases: ['lease_id', 'account'], execution_leases: ['lease_id', 'service_account'] };
    for (const [table, columns] of Object.entries(tables)) {
      for (const column of [...columns, '*']) {
        await assert.rejects(database.pools.serve.query(`SELECT ${column} FROM ${table}`), { code: '42501' });
      }
      await assert.rejects(database.pools.serve.query(`DELETE FROM ${table}`), { code: '42501' });
    }
  });
});
