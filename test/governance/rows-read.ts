import assert from 'node:assert/strict';
import type { Pool } from '../../src/adapters/postgres/pool.ts';

interface PlanNode {
  'Node Type': string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  Plans?: PlanNode[];
}

/** Runs a statement and takes its changes back. @returns how many rows of tables PostgreSQL read for the statement. */
export async function rowsRead(pool: Pool, sql: string, values: unknown[]): Promise<number> {
  const client = await pool.connect();
  await client.query('BEGIN');
  const { rows } = await client.query(`EXPLAIN (ANALYZE, FORMAT JSON) ${sql}`, values);
  await client.query('ROLLBACK');
  client.release();
  const count = (node: PlanNode): number => {
    const isScan = node['Node Type'].includes('Scan') && !/^(CTE|Function|Subquery) Scan$/.test(node['Node Type']);
    const own = isScan ? (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'] : 0;
    return (node.Plans ?? []).reduce((sum, child) => sum + count(child), own);
  };
  return count(rows[0]['QUERY PLAN'][0].Plan);
}

type Statement = [sql: string, values: unknown[]];

/** A pool that also writes each statement to `statements`. */
function recording<T extends object>(pool: T, statements: Statement[]): T {
  return new Proxy(pool, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      if (name === 'query')
        return (sql: string, values: unknown[] = []) => {
          statements.push([sql, values]);
          return value.call(target, sql, values);
        };
      if (name === 'connect') return async () => recording((await value.call(target)) as object, statements);
      return value.bind(target);
    },
  });
}

/** Returns how many rows the largest statement of a call reads. */
export async function mostRowsRead(pool: Pool, call: (pool: Pool) => Promise<unknown>): Promise<number> {
  const statements: Statement[] = [];
  await call(recording(pool, statements));
  const explained = statements.filter(([sql]) => /^\s*(SELECT|WITH|INSERT|UPDATE)/.test(sql));
  assert.ok(explained.length > 0);
  let most = 0;
  for (const [sql, values] of explained) most = Math.max(most, await rowsRead(pool, sql, values));
  return most;
}
