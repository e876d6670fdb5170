import assert from 'node:assert/strict';
import { it } from 'node:test';
import { createTracing } from '../../src/adapters/opentelemetry/tracing.ts';
import { alertSeriesDigest } from '../../src/adapters/postgres/routing/alert-series.ts';
import { runRelay } from '../../src/adapters/temporal/relay.ts';
import { createLogger } from '../../src/platform/logger.ts';
import { alertGroups } from '../workflow/alert-groups.ts';
import { startEnvironmentOnDatabase } from '../workflow/environment-on-database.ts';
import { firing, until } from '../workflow/incident.ts';

const starts = 140_000;
const log = createLogger('serve', 'silent');
const tracing = await createTracing('serve', {}, log);
const { environment, database } = await startEnvironmentOnDatabase();

// Every delivery of the fingerprint waits, and each needs to know whether a later start ended it.
const flood = `
  INSERT INTO inbox (key, cluster, alert_group, trace, alert, series, starts_ms, resolved)
  SELECT 'key-' || n, 'east', 'flood', 'flood-' || n, replace($1, '2026-11-21T12:00:00Z', start), $2,
    extract(epoch FROM start::timestamptz) * 1000, false
  FROM generate_series(1, ${starts}) AS n,
    LATERAL (SELECT to_char(timestamp '2026-01-01' + n * interval '1 second', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')) AS t (start)`;

it(`a fingerprint with ${starts} waiting starts does not stall the alert of another group`, async () => {
  const groups = alertGroups(environment, database);
  await database.pools.owner.query(flood, [JSON.stringify(firing), alertSeriesDigest('flood', firing)]);
  await database.pools.owner.query('ANALYZE inbox');
  const other = { cluster: 'west', group: 'other', trace: 'trace-other', alerts: [{ ...firing, cluster: 'west' }] };
  const script = groups.expect(other, { observe: async () => ({ none: 'nothing' }) });
  const stop = new AbortController();
  const running = runRelay({ ...groups.deps, log, tracing }, stop.signal);
  const relayed = async (trace: string): Promise<number> => {
    const select = 'SELECT count(*)::int AS rows FROM inbox WHERE trace LIKE $1 AND relayed_at IS NOT NULL';
    return (await database.pools.owner.query<{ rows: number }>(select, [trace])).rows[0]?.rows ?? 0;
  };
  try {
    await until(async () => (await relayed('flood-%')) > 0);
    const startedAt = Date.now();
    await groups.deps.inbox.store({ ...other, sourceGroupKey: 'key' });
    await until(() => script.names().includes('close'));
    const seconds = (Date.now() - startedAt) / 1000;
    assert.ok((await relayed('flood-%')) < starts, 'the flood was over before');
    assert.ok(seconds < 15, `the other alert needed ${seconds} s`);
  } finally {
    stop.abort();
    await running;
  }
});
