import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { selectEnded } from '../../src/adapters/postgres/routing/ended-alerts.ts';
import { selectOldestWaiting } from '../../src/adapters/postgres/routing/inbox.ts';
import { startDatabase, type Database } from '../execution/database.ts';
import { rowsRead } from './rows-read.ts';

/** As many starts as an alert of a week has that flaps every four seconds. */
const starts = 140_000;
/** An incremental sort reads at least 32 rows. */
const rowsPerLookup = 40;

let database: Database;
before(async () => {
  database = await startDatabase();
  // All alerts have one series, as one fingerprint that fires again and again. Every second alert is resolved.
  await database.pools.owner.query(
    `INSERT INTO inbox (key, cluster, alert_group, trace, alert, series, starts_ms, resolved)
     SELECT 'key-' || n, 'east', 'group-' || n % 3, 'trace-' || n / 10, '{}', 'one series', n, n % 2 = 0
     FROM generate_series(1, $1::int) AS n`,
    [starts],
  );
  await database.pools.owner.query('ANALYZE inbox');
});
after(() => database?.[Symbol.asyncDispose]());

const read = (sql: string, values: unknown[]) => rowsRead(database.pools.serve, sql, values);

describe(`an inbox with ${starts} starts of one alert`, () => {
  it('finds out whether an alert has ended with a lookup per alert', async () => {
    const sent = Array.from({ length: 100 }, (_, index) => index * 1000 + 1);
    const series = sent.map(() => 'one series');
    const rows = await read(selectEnded, [series, sent]);
    assert.ok(rows <= rowsPerLookup * sent.length, String(rows));
  });

  it('also for the latest start, a start that nobody sent, and another series', async () => {
    for (const [series, start] of [
      ['one series', starts],
      ['one series', starts + 1],
      ['other', 1],
    ]) {
      const rows = await read(selectEnded, [[series], [start]]);
      assert.ok(rows <= rowsPerLookup, `${start}: ${rows}`);
    }
  });

  it('finds the next deliveries without reading all that wait', async () => {
    const rows = await read(selectOldestWaiting, [50, ['west'], ['group-0']]);
    assert.ok(rows <= 3_000, String(rows));
  });
});
