import pg from 'pg';
import type { Secret } from '../../platform/secret.ts';

/** The connections of one PostgreSQL role. The code that creates the pool calls `end`. */
export type Pool = pg.Pool;

/**
 * Creates connections to PostgreSQL under one role. Every wait has a limit: 5 s for a connection, 15 s for a statement,
 * 10 s for a lock, 15 s between two statements of a transaction, 20 s for an answer if the server does not respond.
 */
export function createPool(url: Secret): Pool {
  const pool = new pg.Pool({
    connectionString: url.reveal(),
    application_name: 'airlock',
    max: 8,
    connectionTimeoutMillis: 5_000,
    statement_timeout: 15_000,
    lock_timeout: 10_000,
    idle_in_transaction_session_timeout: 15_000,
    query_timeout: 20_000,
  });
  // Without this listener a broken idle connection would end the process. The next query opens another connection, and
  // fails if the problem lasts.
  pool.on('error', () => undefined);
  return pool;
}
