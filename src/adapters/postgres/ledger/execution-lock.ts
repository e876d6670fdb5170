import type { PoolClient } from 'pg';
import { AirlockError } from '../../../lib/error.ts';
import type { ExecutionIdentity, ExecutionLock, LockHandle } from '../../../execution/ports.ts';
import { readRecord, unrevokedLeases } from './ledger-record.ts';
import type { Pool } from '../pool.ts';
import { unavailable } from '../unavailable.ts';

/** The connections of one lock: one connection holds the lock, and a pool has other connections for the writes. */
export interface LockDeps {
  /**
   * The lock's own connection. An open transaction on this connection holds the row lock. Disposing the lock closes the
   * connection.
   */
  client: PoolClient;
  /** Each write is a transaction of its own on this pool, and commits at once. */
  pool: Pool;
}

/**
 * Acquires the execution lock and records that an attempt begins. The lock is a row lock of an open transaction, so
 * PostgreSQL releases the lock as soon as the process or its connection dies. Each write contains the number of its
 * attempt (a fencing token). After the next attempt has begun, the writes of this attempt fail, even if this attempt
 * has not noticed that its lock is lost.
 * @param onReleased is called once, when the lock is disposed. It is not called if this function throws.
 * @throws AirlockError `execution-busy`, `ledger-unavailable`. Then the connection is closed too.
 */
export async function acquireLock(
  deps: LockDeps,
  execution: ExecutionIdentity,
  onReleased: () => void,
): Promise<ExecutionLock> {
  try {
    await lockRow(deps, execution.id);
    return executionLock(deps, execution, { attempt: await begin(deps.pool, execution), onReleased });
  } catch (error) {
    deps.client.release(true);
    throw error;
  }
}

/**
 * Acquires the same lock as `acquireLock`, but begins no attempt. The gateway holds this lock while it admits an edit.
 * While the lock is held, no execution of the edited dossier can begin.
 * @throws AirlockError `execution-busy`, `ledger-unavailable`. Then the connection is closed too.
 */
export async function lockWithoutStarting(deps: LockDeps, id: string, onReleased: () => void): Promise<LockHandle> {
  try {
    await lockRow(deps, id);
    const started = (await readRecord(deps.pool, id)) !== undefined;
    return {
      started,
      assertHeld: () => assertHeld(deps.client),
      [Symbol.asyncDispose]: () => release(deps.client, onReleased),
    };
  } catch (error) {
    deps.client.release(true);
    throw error;
  }
}

function executionLock(
  { client, pool }: LockDeps,
  execution: ExecutionIdentity,
  own: { attempt: number; onReleased: () => void },
): ExecutionLock {
  const { id, cluster } = execution;
  const { attempt } = own;
  const write = async (sql: string, values: unknown[]): Promise<void> => {
    // The lock can be lost right after this check. The attempt number in the statement below catches that case.
    await assertHeld(client);
    const { rowCount } = await pool.query(sql, [id, attempt, ...values]).catch(unavailable('ledger'));
    if (rowCount === 0) throw busy(id);
  };
  const step = (state: string) => (name: string, resourceVersion: string) =>
    write(insertStep, [name, state, resourceVersion]);
  return {
    async record() {
      const record = await readRecord(pool, id);
      if (!record) throw new TypeError(`execution ${id} has no row although its lock is held`);
      return record;
    },
    markIntended: step('intended'),
    markApplied: step('applied'),
    markMinting: () => write(insertLease, [cluster]),
    markMinted: ({ leaseId, serviceAccount }) => write(nameLease, [leaseId, serviceAccount]),
    markRevoked: () => write(revokeLeases, []),
    unrevokedLeases: () => unrevokedLeases(pool, id),
    finish: (result, at) => write(insertResult, [JSON.stringify(result), at.toISOString()]),
    [Symbol.asyncDispose]: () => release(client, own.onReleased),
  };
}

/** Throws if the connection, and with it the lock, is lost. The empty statement finds this out. */
async function assertHeld(client: PoolClient): Promise<void> {
  await client.query('SELECT').catch(unavailable('ledger'));
}

async function release(client: PoolClient, onReleased: () => void): Promise<void> {
  // The rollback releases the lock at once. Without the rollback, the lock would last until the server notices that the
  // connection is closed.
  await client.query('ROLLBACK').catch(() => undefined);
  client.release(true);
  onReleased();
}

async function lockRow({ client, pool }: LockDeps, id: string): Promise<void> {
  await pool.query(insertLockRow, [id]).catch(unavailable('ledger'));
  // This transaction stays idle while the attempt waits for answers of the target cluster. The wait can be longer than
  // the pool's idle_in_transaction_session_timeout, so this transaction has no such timeout.
  await client.query('BEGIN; SET LOCAL idle_in_transaction_session_timeout = 0').catch(unavailable('ledger'));
  const { rowCount } = await client
    .query('SELECT FROM execution_locks WHERE execution = $1 FOR UPDATE SKIP LOCKED', [id])
    .catch(unavailable('ledger'));
  if (rowCount !== 1) throw busy(id);
}

async function begin(pool: Pool, execution: ExecutionIdentity): Promise<number> {
  const { id, dossier, direction, incident, trace, cluster, startedAt } = execution;
  const row = [id, dossier, direction, incident, trace, cluster, startedAt];
  const insert = 'INSERT INTO executions VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO NOTHING';
  await pool.query(insert, row).catch(unavailable('ledger'));
  const { rows } = await pool.query<{ attempt: number }>(nextAttempt, [id]).catch(unavailable('ledger'));
  return rows[0]?.attempt ?? 0;
}

const insertLockRow = 'INSERT INTO execution_locks VALUES ($1) ON CONFLICT (execution) DO NOTHING';
const nextAttempt = `
  INSERT INTO execution_attempts (execution, attempt)
  SELECT $1, coalesce(max(attempt), 0) + 1 FROM execution_attempts WHERE execution = $1
  RETURNING attempt`;

// Each write checks, in the same statement, that its attempt is still the latest one.
const latest = '(SELECT max(attempt) FROM execution_attempts WHERE execution = $1) = $2';
const insertStep = `
  INSERT INTO execution_steps (execution, attempt, step, state, resource_version)
  SELECT $1, $2, $3, $4, $5 WHERE ${latest}`;
const insertLease = `
  INSERT INTO execution_leases (execution, attempt, cluster) SELECT $1, $2, $3 WHERE ${latest}`;
const nameLease = `
  UPDATE execution_leases SET lease_id = $3, service_account = $4
  WHERE execution = $1 AND attempt = $2 AND revoked_at IS NULL AND ${latest}`;
const revokeLeases = `
  UPDATE execution_leases SET revoked_at = clock_timestamp()
  WHERE execution = $1 AND revoked_at IS NULL AND ${latest}`;
const insertResult = `
  INSERT INTO execution_results (execution, result, finished_at) SELECT $1, $3, $4::timestamptz WHERE ${latest}`;

function busy(id: string): AirlockError {
  const message = `another attempt of ${id} is running: Airlock tries again later and gets the result of that attempt`;
  return new AirlockError({ code: 'execution-busy', message });
}
