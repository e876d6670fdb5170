import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { Client, Connection } from '@temporalio/client';
import pg from 'pg';
import { createPool, type Pool } from '../../src/adapters/postgres/pool.ts';
import { createRoutingStates } from '../../src/adapters/postgres/routing/routing-states.ts';
import { createStatusReader } from '../../src/adapters/postgres/status-reader.ts';
import { createTracing } from '../../src/adapters/opentelemetry/tracing.ts';
import { createIncidentSignaler } from '../../src/adapters/temporal/incident-signaler.ts';
import { runRelay, type RelayDeps } from '../../src/adapters/temporal/relay.ts';
import { renderStatus } from '../../src/cli/render/status.ts';
import type { Alert, Delivery } from '../../src/domain/alert/alert.ts';
import { workflowId } from '../../src/domain/names.ts';
import { createLogger } from '../../src/platform/logger.ts';
import { Secret } from '../../src/platform/secret.ts';
import { alertGroups } from './alert-groups.ts';
import { startEnvironmentOnDatabase } from './environment-on-database.ts';
import { firing, resolved, until } from './incident.ts';
import { signIn } from './people.ts';

const log = createLogger('serve', 'silent');
const tracing = await createTracing('serve', {}, log);
const { environment, database } = await startEnvironmentOnDatabase();
const deps = () => ({ ...alertGroups(environment, database).deps, log, tracing });
const refire = { windowSeconds: 1800, flapLimit: 3 };

async function relaying(change: Partial<RelayDeps>, condition: () => Promise<void>): Promise<void> {
  const stop = new AbortController();
  const running = runRelay({ ...deps(), ...change }, stop.signal);
  await condition().finally(() => stop.abort());
  await running;
}

async function stored(group: string, alerts: Alert[], trace = `trace-${group}`): Promise<Delivery> {
  const delivery = { cluster: 'east', group, trace, alerts };
  await deps().inbox.store({ ...delivery, sourceGroupKey: 'key' });
  return delivery;
}

async function stateOf({ trace }: Delivery) {
  const select = 'SELECT failures, parked, relayed_at IS NOT NULL AS relayed FROM inbox WHERE trace = $1';
  return (await database.pools.owner.query(select, [trace])).rows[0];
}

/** After this, PostgreSQL cannot reopen the group's incident: the number of the occurrence would be too large. */
async function exhaust(group: string): Promise<void> {
  await database.pools.owner.query(
    `INSERT INTO routing_states (workflow, incident, cluster, trace, starts_at, opened_by, occurrence, closed_at)
     VALUES ($1, 'inc-' || $1, 'east', 't', '2026-11-21T00:00:00Z', 't', 2147483647, now())`,
    [workflowId('east', group)],
  );
}

/** Counts how often the relay tries to route. */
function counting(pool: Pool, tried: string[]): Pick<RelayDeps, 'routingStates'> {
  const { route } = createRoutingStates(pool, refire);
  return { routingStates: { route: (delivery) => (tried.push(delivery.trace), route(delivery)) } };
}

/** Holds the lock of a group's row, as a statement that never finishes. */
async function lockedRow(group: string): Promise<AsyncDisposable> {
  const holder = await database.pools.owner.connect();
  await holder.query('BEGIN; SET LOCAL idle_in_transaction_session_timeout = 0');
  await holder.query('SELECT FROM routing_states WHERE workflow = $1 FOR UPDATE', [workflowId('east', group)]);
  return {
    [Symbol.asyncDispose]: async () => {
      await holder.query('ROLLBACK');
      holder.release();
    },
  };
}

/** A pool of the role of serve whose statements give up soon. */
function impatientPool(limits: { statement_timeout?: number; lock_timeout: number }) {
  const pool = new pg.Pool({ ...database.pools.serve.options, ...limits });
  return { pool, [Symbol.asyncDispose]: () => pool.end() };
}

describe('a delivery that fails for a reason of its own', () => {
  it('is parked after three failures, the next one of its group follows, and status says why', async () => {
    await exhaust('own');
    const bad = await stored('own', [firing]);
    const next = await stored('own', [{ ...resolved, fingerprint: 'f2' }], 'trace-own-next');
    const tried: string[] = [];
    await relaying(counting(database.pools.serve, tried), () => until(async () => (await stateOf(next)).relayed));
    assert.deepEqual(tried, [bad.trace, bad.trace, bad.trace, next.trace]);
    assert.deepEqual([(await stateOf(bad)).failures, (await stateOf(next)).parked], [3, null]);
    const inbox = await createStatusReader(database.pools.serve).inbox();
    assert.deepEqual([inbox.waiting, inbox.parked, inbox.latestParked?.trace], [0, 1, bad.trace]);
    assert.match(inbox.latestParked?.reason ?? '', /routing \(integer out of range\)/);
    const none = { problem: 'not read' };
    const sections = { queues: none, leases: none, phases: none, incidents: none, inbox: { value: inbox } };
    const shown = renderStatus({
      dependencies: {},
      counters: {},
      expiringTokens: [],
      versions: { airlock: '1', node: '24' },
      ...sections,
    });
    assert.match(
      shown.join('\n'),
      /1 alert parked .*trace-own.*integer out of range.*send them again \(docs\/adr\/behaviour\/0026\)/s,
    );
  });

  it('is parked after three failures in all, also if the relay is started again after each', async () => {
    await exhaust('restarted');
    const bad = await stored('restarted', [firing]);
    for (const failures of [1, 2, 3]) {
      await relaying({}, () => until(async () => (await stateOf(bad)).failures === failures));
    }
    assert.match((await stateOf(bad)).parked, /integer out of range/);
  });

  it('is parked if its statements reach their time limit three times', async () => {
    await relaying({}, async () => {
      const first = await stored('slow', [{ ...resolved, fingerprint: 'f1' }], 'trace-slow-first');
      await until(async () => (await stateOf(first)).relayed);
    });
    await exhaust('slow');
    const bad = await stored('slow', [firing]);
    // Stands for a statement that never finishes: it waits for the row of its group.
    await using _lock = await lockedRow('slow');
    await using impatient = impatientPool({ statement_timeout: 200, lock_timeout: 0 });
    await relaying(counting(impatient.pool, []), () => until(async () => (await stateOf(bad)).parked !== null));
    assert.match((await stateOf(bad)).parked, /PostgreSQL needed too long/);
  });
});

describe('a server that does not work', () => {
  const unreachable = createPool(new Secret('postgres://127.0.0.1:1/airlock'));
  after(() => unreachable.end());

  async function isNotCounted(group: string, change: (tried: string[]) => Partial<RelayDeps>): Promise<void> {
    const delivery = await stored(group, [resolved]);
    const tried: string[] = [];
    await relaying(change(tried), () => until(() => tried.length > 4));
    assert.deepEqual(await stateOf(delivery), { failures: 0, parked: null, relayed: false });
    await relaying({}, () => until(async () => (await stateOf(delivery)).relayed));
  }

  it('Temporal: its failures are not counted, and the delivery is sent when it works again', async () => {
    const connection = Connection.lazy({ address: '127.0.0.1:1', channelArgs: { 'grpc.enable_http_proxy': 0 } });
    const client = new Client({ connection });
    // The signaler's own limit is 15 s, which is too long for five attempts.
    const within = client.withDeadline.bind(client);
    client.withDeadline = (_deadline, send) => within(Date.now() + 300, send);
    const signaler = createIncidentSignaler({ client, signIn });
    await isNotCounted('no-temporal', (tried) => ({
      signaler: (route) => (tried.push(route.workflowId), signaler(route)),
    }));
    await connection.close();
  });

  it('PostgreSQL: the same', () => isNotCounted('no-postgres', (tried) => counting(unreachable, tried)));

  it('a database that is not set up for the process: the same', async () => {
    await isNotCounted('no-rights', (tried) => counting(database.pools.reason, tried));
  });

  it('contention in the database: the same', async () => {
    const group = 'contended';
    await exhaust(group);
    await using _lock = await lockedRow(group);
    await using impatient = impatientPool({ lock_timeout: 100 });
    const delivery = await stored(group, [resolved]);
    const tried: string[] = [];
    await relaying(counting(impatient.pool, tried), () => until(() => tried.length > 4));
    assert.equal((await stateOf(delivery)).failures, 0);
  });
});
