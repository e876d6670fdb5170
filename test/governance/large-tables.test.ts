import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { selectEnded } from '../../src/adapters/postgres/routing/ended-alerts.ts';
import { selectOldestWaiting } from '../../src/adapters/postgres/routing/inbox.ts';
import { startDatabase, type Database } from '../execution/database.ts';

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

interface PlanNode {
  'Node Type': string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  Plans?: PlanNode[];
}

/** Runs a statement as `airlock serve`. @returns how many rows of tables PostgreSQL read for it. */
async function rowsRead(sql: string, values: unknown[]): Promise<number> {
  const { rows } = await database.pools.serve.query(`EXPLAIN (ANALYZE, FORMAT JSON) ${sql}`, values);
  const count = (node: PlanNode): number => {
    const isScan = node['Node Type'].includes('Scan') && !/^(CTE|Function|Subquery) Scan$/.test(node['Node Type']);
    const own = isScan ? (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'] : 0;
    return (node.Plans ?? []).reduce((sum, child) => sum + count(child), own);
  };
  return count(rows[0]['QUERY PLAN'][0].Plan);
}

describe(`an inbox with ${starts} starts of one alert`, () => {
  it('finds out whether an alert has ended with a lookup per alert', async () => {
    const sent = Array.from({ length: 100 }, (_, index) => index * 1000 + 1);
    const series = sent.map(() => 'one series');
    const read = await rowsRead(selectEnded, [series, sent]);
    assert.ok(read <= rowsPerLookup * sent.length, String(read));
  });

  it('also for the latest start, a start that nobody sent, and another series', async () => {
    for (const [series, start] of [
      ['one series', starts],
      ['one series', starts + 1],
      ['other', 1],
    ]) {
      const read = await rowsRead(selectEnded, [[series], [start]]);
      assert.ok(read <= rowsPerLookup, `${start}: ${read}`);
    }
  });

  it('finds the next deliveries without reading all that wait', async () => {
    const read = await rowsRead(selectOldestWaiting, [50, ['west'], ['group-0']]);
    assert.ok(read <= 3_000, String(read));
  });
});
