import type { PoolClient } from 'pg';
import { AirlockError } from '../../lib/error.ts';
import type { Pool } from './pool.ts';
import { unavailable, type Store } from './unavailable.ts';

/**
 * Runs `work` in one transaction. If `work` throws, PostgreSQL rolls back all statements of `work`. If the connection
 * is lost during COMMIT, the transaction may be committed although this function throws.
 * @param store the first part of the error codes: `<store>-unavailable` (retry), `<store>-rejected` (stop).
 * @throws AirlockError with one of these codes. An AirlockError of `work` is thrown unchanged.
 */
export async function inTransaction<T>(pool: Pool, store: Store, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect().catch(unavailable(store));
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    client.release();
    return result;
  } catch (error) {
    // `true` closes the connection, so PostgreSQL ends the transaction. A ROLLBACK statement could itself fail.
    client.release(true);
    if (error instanceof AirlockError) throw error;
    return unavailable(store)(error as Error);
  }
}
