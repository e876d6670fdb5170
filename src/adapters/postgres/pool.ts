import pg from 'pg';
import type { Secret } from '../../platform/secret.ts';

/** A pool of PostgreSQL connections. All of them log in as the same role. */
export type Pool = pg.Pool;

/**
 * Creates a pool of at most 8 connections. The caller must call `end` on the pool.
 * @param url contains the role and its password.
 */
export function createPool(url: Secret): Pool {
  const pool = new pg.Pool({
    connectionString: url.reveal(),
    application_name: 'airlock',
    max: 8,
    connectionTimeoutMillis: 5_000,
    // The server's limits for a statement, for waiting for a lock, and between two statements of a transaction. Every
    // statement reads few rows by an index and ends in milliseconds. One that needs 15 s would also need 15 s the next
    // time, and would occupy one of the 8 connections until then.
    statement_timeout: 15_000,
    lock_timeout: 10_000,
    idle_in_transaction_session_timeout: 15_000,
    // The client's limit for the answer to a statement, for the case that the server does not answer.
    query_timeout: 20_000,
  });
  // Without a listener, an error of an idle connection would end the process. The pool has already removed the
  // connection, so the error needs no other handling.
  pool.on('error', () => undefined);
  return pool;
}
