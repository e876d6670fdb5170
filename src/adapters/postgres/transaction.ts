import type { PoolClient } from 'pg';
import { AirlockError } from '../../lib/error.ts';
import type { Pool } from './pool.ts';
import { unavailable, type Store } from './unavailable.ts';

/**
 * Runs the statements of `work` in one transaction. An error rolls all of them back.
 * @param store determines the codes of errors: `<store>-unavailable` (retry), `<store>-rejected` (stop). If `work`
 * throws an AirlockError, that error is thrown unchanged.
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
    // Closing the connection ends the transaction even if a ROLLBACK would fail.
    client.release(true);
    if (error instanceof AirlockError) throw error;
    return unavailable(store)(error as Error);
  }
}
