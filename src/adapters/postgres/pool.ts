import pg from 'pg';
import type { Secret } from '../../platform/secret.ts';

export type Pool = pg.Pool;

/**
 * Connections to PostgreSQL under one role. Every wait ends: 5 s for a connection, 15 s for a statement, 10 s for a
 * lock, 20 s for an answer from a server that has gone silent.
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
  // An idle connection that breaks is replaced at the next query, which is where a lasting fault is reported; without
  // this listener it would end the process.
  pool.on('error', () => undefined);
  return pool;
}
