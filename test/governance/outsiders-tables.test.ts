import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createJournalReader } from '../../src/adapters/postgres/journal/journal.ts';
import type { Pool } from '../../src/adapters/postgres/pool.ts';
import { createReadLeaseRecords } from '../../src/adapters/postgres/read-leases.ts';
import { createInbox } from '../../src/adapters/postgres/routing/inbox.ts';
import { createRoutingStates } from '../../src/adapters/postgres/routing/routing-states.ts';
import { createStatusReader } from '../../src/adapters/postgres/status-reader.ts';
import type { Alert, Delivery } from '../../src/domain/alert/alert.ts';
import { incidentView } from '../../src/domain/incident/incident-view.ts';
import { workflowId } from '../../src/domain/names.ts';
import type { Database } from '../execution/database.ts';
import { startSeededDatabase } from './seeded-database.ts';
import { mostRowsRead } from './rows-read.ts';

// A person who can send alerts for one cluster can fill these tables. Each query of the processes has to read a number of
// rows that does not grow with them.
const starts = 140_000;
const refire = { windowSeconds: 1800, flapLimit: 3 };
const flapping = 'inc-flapping';

const seeds = [
  `INSERT INTO inbox (key, cluster, alert_group, trace, alert, series, starts_ms, resolved, relayed_at)
   SELECT 'key-' || n, 'east', 'flood', 'trace-' || n, '{}', 'one series', n, n % 2 = 0, now()
   FROM generate_series(1, ${starts}) AS n`,
  `INSERT INTO routing_states (workflow, incident, cluster, trace, starts_at, opened_by, closed_at, subject)
   SELECT 'workflow-' || n, 'inc-' || n, 'east', 't', 's', 't', CASE WHEN n % 10 > 0 THEN now() END, 'subject-' || n
   FROM generate_series(1, ${starts}) AS n`,
  `INSERT INTO journal (seq, at, writer, kind, incident, trace, message, body)
   SELECT n, now(), 'airlock_serve', CASE WHEN n % 2 = 1 THEN 'incident.opened' ELSE 'incident.closed' END,
     'inc-' || (n + 1) / 2, 't', 'm',
     CASE WHEN n = 1 THEN '{"cause":"person","cluster":"east","name":"undo it","startsAt":"s","workflow":"w"}'
       WHEN n % 2 = 1 THEN '{"cause":"alert","cluster":"east","name":"undo it","startsAt":"s","workflow":"w"}'
       ELSE '{"outcome":"repaired","reason":"r"}' END
   FROM generate_series(1, ${starts}) AS n`,
  `INSERT INTO journal (seq, at, writer, kind, incident, trace, message, body)
   SELECT ${starts} + n, now(), 'airlock_serve', CASE WHEN n = 1 THEN 'incident.opened'
     WHEN n % 2 = 1 THEN 'incident.reopened' ELSE 'alert.received' END, '${flapping}', 't', 'm',
     CASE WHEN n = 1 THEN '{"cause":"alert","cluster":"east","name":"n","startsAt":"s","workflow":"w"}'
       ELSE '{"flaps":7}' END
   FROM generate_series(1, ${starts}) AS n`,
  `INSERT INTO read_leases (lease_id, cluster, incident, trace, account, revoked_at)
   SELECT 'lease-' || n, 'east', 'inc-' || n % 1000, 't', 'a', CASE WHEN n > 1000 THEN now() END
   FROM generate_series(1, ${starts}) AS n`,
  // A bitmap scan counts each of the 1,000 unrevoked leases twice: in the index, and in the table.
  'ANALYZE inbox, routing_states, journal, read_leases',
];

let database: Database;
before(async () => {
  database = await startSeededDatabase(seeds);
});
after(() => database?.[Symbol.asyncDispose]());

const alerts = Array.from({ length: 100 }, (_, index): Alert => ({
  cluster: 'east',
  fingerprint: String(index),
  status: 'firing',
  startsAt: '2026-11-21T12:00:00Z',
  labels: {},
  annotations: {},
}));
const delivery: Delivery = { cluster: 'east', group: 'flood', trace: 'trace-new', alerts };
const occurrence = {
  incident: { id: 'inc-7', cluster: 'east', trace: 't', startsAt: 's' },
  number: 1,
  flaps: 0,
  flapLimit: 3,
};
const accepted = Array.from({ length: 1000 }, (_, index) => ({ trace: `trace-${index + 1}`, alerts: 1 }));

const inbox = (pool: Pool) => createInbox(pool);
const routing = (pool: Pool) => createRoutingStates(pool, refire);
const journal = (pool: Pool) => createJournalReader(pool);
const status = (pool: Pool) => createStatusReader(pool);

const calls: [name: string, most: number, call: (pool: Pool) => Promise<unknown>][] = [
  ['inbox.store', 200, (pool) => inbox(pool).store({ ...delivery, sourceGroupKey: 'key' })],
  ['inbox.waiting', 1_500, (pool) => inbox(pool).waiting([{ cluster: 'west', group: 'other' }])],
  ['inbox.storedAt', 200, (pool) => inbox(pool).storedAt(delivery.trace)],
  ['inbox.countFailure', 400, (pool) => inbox(pool).countFailure(delivery, 'why')],
  ['inbox.park', 400, (pool) => inbox(pool).park({ ...delivery, trace: 'trace-7' }, 'why')],
  ['inbox.markRelayed', 400, (pool) => inbox(pool).markRelayed(delivery)],
  ['routing.route', 400, (pool) => routing(pool).route(delivery)],
  ['routing.isOpen', 10, (pool) => routing(pool).isOpen(workflowId('east', 'flood'), occurrence)],
  [
    'routing.takeOwnership',
    20,
    (pool) =>
      routing(pool).takeOwnership(
        'workflow-10',
        { ...occurrence, incident: { ...occurrence.incident, id: 'inc-10' } },
        'subject-20',
      ),
  ],
  ['routing.close', 4_000, (pool) => routing(pool).close('workflow-7', occurrence, { flaps: 0, accepted })],
  ['journal.recent', 3_200, (pool) => journal(pool).recent(flapping)],
  ['journal.overview', 80_000, (pool) => journal(pool).overview()],
  ['journal.openedByPerson', 10, (pool) => journal(pool).openedByPerson('undo it')],
  ['journal.readAfter', 120, (pool) => journal(pool).readAfter(500, 100)],
  ['journal.last', 10, (pool) => journal(pool).last()],
  ['status.inbox', 300, (pool) => status(pool).inbox()],
  ['status.leases', 2_100, (pool) => status(pool).leases()],
];

describe(`with ${starts} rows in each table that alerts fill`, () => {
  for (const [name, most, call] of calls) {
    it(`${name} reads at most ${most} rows`, async () => {
      const rows = await mostRowsRead(database.pools.serve, call);
      assert.ok(rows <= most, `${rows} rows`);
    });
  }

  it('observe finds the leases of one incident, and all that are not revoked, without the revoked ones', async () => {
    const { observe } = database.pools;
    const one = (pool: Pool) => createReadLeaseRecords(pool).listUnrevoked({ cluster: 'east', incident: 'inc-5' });
    assert.ok((await mostRowsRead(observe, one)) <= 10);
    assert.ok((await mostRowsRead(observe, (pool) => createReadLeaseRecords(pool).listUnrevoked())) <= 2_100);
  });

  it('the state of an incident with that many records, and the list, are still right', async () => {
    const reader = createJournalReader(database.pools.serve);
    const view = incidentView(await reader.recent(flapping));
    assert.deepEqual([view?.id, view?.flaps, view?.outcome], [flapping, 7, undefined]);
    const listed = Map.groupBy(await reader.overview(), ({ incident }) => incident);
    assert.equal(incidentView(listed.get(flapping) ?? [])?.flaps, 7);
    assert.ok(listed.has('inc-1'), 'a flood of alerts hides the request of a person');
    assert.ok(listed.size < 15_000, String(listed.size));
    assert.deepEqual(await reader.openedByPerson('undo it'), ['inc-1']);
  });
});
