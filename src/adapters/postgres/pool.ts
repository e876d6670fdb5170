import pg from 'pg';
import type { Secret } from '../../platform/secret.ts';

export type Pool = pg.Pool;

/**
 * Connections to PostgreSQL under one role. Every wait has a limit: 5 s for a connection, 15 s for a statement, 10 s for
 * a lock, 20 s for an answer from a server that does not respond.
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
  // A broken idle connection is replaced by the next query, which reports a lasting fault. Without this listener it would
  // end the process.
  pool.on('error', () => undefined);
  return pool;
}
