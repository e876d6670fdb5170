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
