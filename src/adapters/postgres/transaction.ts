import type { PoolClient } from 'pg';
import { AirlockError } from '../../lib/error.ts';
import type { Pool } from './pool.ts';
import { unavailable } from './unavailable.ts';

/**
 * Does something in one transaction: all of it happens, or nothing.
 * @param what names it in errors: `<what>-unavailable` (retry), `<what>-refused` (stop). Airlock's own errors pass.
 */
export async function inTransaction<T>(pool: Pool, what: string, use: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect().catch(unavailable(what));
  try {
    await client.query('BEGIN');
    const result = await use(client);
    await client.query('COMMIT');
    client.release();
    return result;
  } catch (error) {
    // The connection goes with the transaction: a rollback that fails could not be told from one that did not.
    client.release(true);
    if (error instanceof AirlockError) throw error;
    return unavailable(what)(error as Error);
  }
}
