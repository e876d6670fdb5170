import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { createInbox } from '../../src/adapters/postgres/routing/inbox.ts';
import { createReadLeaseRecords } from '../../src/adapters/postgres/read-leases.ts';
import { degradations, renderStatus } from '../../src/cli/render/status.ts';
import { digestOf } from '../../src/lib/digest.ts';
import { executionId } from '../../src/domain/names.ts';
import { statusSchema, type SystemStatus } from '../../src/domain/incident/system-status.ts';
import { incident } from '../execution/fixture.ts';
import { startDatabase } from '../execution/database.ts';
import { startApiOnDatabase } from './api-on-database.ts';
import { alert, createTestApi, tokens } from './api-under-test.ts';
import { journalOf } from '../journal/journal-of.ts';

const { api, database } = await startApiOnDatabase();

async function status(of = api): Promise<SystemStatus> {
  const answer = await of.inject({ url: '/v1/status', headers: { authorization: `Bearer ${tokens.operator}` } });
  assert.equal(answer.statusCode, 200);
  return statusSchema.parse(answer.json());
}

const { id, cluster, trace } = incident;

/** Makes one open incident with a read lease and a grant, and one delivery that waits in the inbox. */
async function createWork(): Promise<void> {
  const { serve, observe, gateway } = database.pools;
  const body = { name: 'Few\u001b[2J', cluster, startsAt: incident.startsAt, workflow: 'wf-1' };
  await journalOf(serve).append({ kind: 'incident.opened', incident: id, trace, message: 'opened', body });
  const leases = createReadLeaseRecords(observe);
  for (const leaseId of ['secret-path/1', 'secret-path/2']) {
    await leases.recordIssued({ leaseId, cluster, incident: id, trace, account: 'reader' });
  }
  await leases.recordRevoked('secret-path/1');
  const dossier = digestOf('dossier');
  const execution = executionId(dossier, 'do');
  await gateway.query(`INSERT INTO executions VALUES ($1, $2, 'do', $3, $4, $5, now(), 'mac')`, [
    execution,
    dossier,
    id,
    trace,
    cluster,
  ]);
  await gateway.query(`INSERT INTO execution_attempts VALUES ($1, 1, 'mac')`, [execution]);
  const lease = [execution, cluster, 'secret-path/3', 'airlock-scale-workload-00000000'];
  await gateway.query(`INSERT INTO execution_leases VALUES ($1, 1, $2, $3, $4, NULL, 'mac')`, lease);
  const { status: state, labels, annotations, startsAt, fingerprint } = alert();
  const stored = { cluster, fingerprint, status: state as 'firing', startsAt, labels, annotations };
  await createInbox(serve).store({ cluster, group: 'g', sourceGroupKey: 'g', trace, alerts: [stored] });
}

describe('GET /v1/status', () => {
  before(createWork);

  it('shows an empty system', async () => {
    await using empty = await startDatabase();
    const { inbox, leases, incidents, phases } = await status(createTestApi(empty.pools.serve));
    assert.deepEqual(inbox, { value: { waiting: 0, parked: 0 } });
    assert.deepEqual(leases, { value: { read: [], grants: [] } });
    assert.deepEqual(incidents, { value: {} });
    assert.deepEqual(phases, { value: { default: 'limited', scopes: [] } });
  });

  it('counts unrevoked leases and waiting deliveries, without lease ids', async () => {
    const shown = await status();
    const alive = { cluster, incident: id, alive: 1 };
    assert.deepEqual(shown.leases, { value: { read: [alive], grants: [alive] } });
    assert.deepEqual(shown.incidents, { value: { 'incident.opened': 1 } });
    assert.ok('value' in shown.inbox && shown.inbox.value.waiting === 1);
    assert.ok(Date.parse(shown.inbox.value.since ?? '') <= Date.now());
    assert.doesNotMatch(JSON.stringify(shown), /secret-path|airlock-scale/);
  });

  it('shows a part that does not answer beside those that do, also on the command line', async () => {
    const shown = await status();
    assert.deepEqual(shown.queues, { problem: 'no Temporal in this test' });
    assert.ok(degradations(shown).includes('queues: no Temporal in this test'));
    const screen = renderStatus({ ...shown, dependencies: { vault: 'sealed\u001b[2J' } }).join('\n');
    assert.match(screen, /^queues +could not be read +no Temporal in this test$/m);
    assert.match(screen, /^servers +vault +sealed\\u\{1b\}\[2J$/m);
    assert.match(screen, new RegExp(`^leases +1 read lease +in ${cluster} for ${id}$`, 'm'));
    assert.doesNotMatch(screen, /[^\x20-\x7e\n]/);
  });

  it('lets the role of governance count leases, but not read their ids or accounts', async () => {
    const tables = { read_leases: ['lease_id', 'account'], execution_leases: ['lease_id', 'service_account'] };
    for (const [table, columns] of Object.entries(tables)) {
      for (const column of [...columns, '*']) {
        await assert.rejects(database.pools.serve.query(`SELECT ${column} FROM ${table}`), { code: '42501' });
      }
      await assert.rejects(database.pools.serve.query(`DELETE FROM ${table}`), { code: '42501' });
    }
  });
});
