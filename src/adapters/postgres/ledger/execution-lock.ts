import type { PoolClient } from 'pg';
import { AirlockError } from '../../../lib/error.ts';
import type { ExecutionIdentity, ExecutionLock, LockHandle } from '../../../execution/ports.ts';
import { readRecord, unrevokedLeases } from './ledger-record.ts';
import type { Pool } from '../pool.ts';
import { unavailable } from '../unavailable.ts';

/** The database connections of one execution lock. */
export interface LockDeps {
  /**
   * A connection for this lock alone. An open transaction on this connection holds the lock. Disposing the lock closes
   * the connection.
   */
  client: PoolClient;
  /** The connections for reads and writes of the ledger. Each write is a transaction of its own. */
  pool: Pool;
}

/**
 * Acquires the execution lock and records that an attempt begins. The lock is a row lock of an open transaction. If the
 * process or its connection dies, the lock lasts until PostgreSQL notices. Each write contains the number of its
 * attempt (a fencing token). Once a later attempt has begun, every write of an earlier attempt fails.
 * @param onReleased is called when the lock is disposed. `onReleased` is not called if `acquireLock` throws.
 * @throws AirlockError `execution-busy` (retry), `ledger-unavailable` (retry), `ledger-rejected`. In each case the
 * lock's connection is closed.
 */
export async function acquireLock(
  deps: LockDeps,
  execution: ExecutionIdentity,
  onReleased: () => void,
): Promise<ExecutionLock> {
  try {
    await lockRow(deps, execution.id);
    return executionLock(deps, execution, { attempt: await beginAttempt(deps.pool, execution), onReleased });
  } catch (error) {
    deps.client.release(true);
    throw error;
  }
}

/**
 * Acquires the lock of the execution `id`, but begins no attempt. While the lock is held, no attempt of this execution
 * can begin. The gateway holds this lock while it admits an edit of the execution's dossier.
 * @throws the same errors as `acquireLock`. In each case the lock's connection is closed.
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
  { attempt, onReleased }: { attempt: number; onReleased: () => void },
): ExecutionLock {
  const { id, cluster } = execution;
  const write = async (sql: string, values: unknown[]): Promise<void> => {
    // The lock can be lost right after this check. Therefore the statement below writes nothing if a later attempt has
    // begun.
    await assertHeld(client);
    const { rowCount } = await pool.query(sql, [id, attempt, ...values]).catch(unavailable('ledger'));
    if (rowCount === 0) throw busy(id);
  };
  const writeStep = (state: string) => (name: string, resourceVersion: string) =>
    write(insertStep, [name, state, resourceVersion]);
  return {
    async record() {
      const record = await readRecord(pool, id);
      if (!record) throw new TypeError(`the ledger has no row for execution ${id}, although an attempt has begun`);
      return record;
    },
    markIntended: writeStep('intended'),
    markApplied: writeStep('applied'),
    markMinting: () => write(insertLease, [cluster]),
    markMinted: ({ leaseId, serviceAccount }) => write(completeLease, [leaseId, serviceAccount]),
    markRevoked: () => write(markLeasesRevoked, []),
    unrevokedLeases: () => unrevokedLeases(pool, id),
    finish: (result, at) => write(insertResult, [JSON.stringify(result), at.toISOString()]),
    [Symbol.asyncDispose]: () => release(client, onReleased),
  };
}

/** Throws `ledger-unavailable` if the connection is lost, because the lock is then lost too. */
async function assertHeld(client: PoolClient): Promise<void> {
  await client.query('SELECT').catch(unavailable('ledger'));
}

async function release(client: PoolClient, onReleased: () => void): Promise<void> {
  // The rollback releases the lock at once. Otherwise the lock would last until PostgreSQL notices that the connection
  // is closed.
  await client.query('ROLLBACK').catch(() => undefined);
  client.release(true);
  onReleased();
}

async function lockRow({ client, pool }: LockDeps, id: string): Promise<void> {
  await pool.query(insertLockRow, [id]).catch(unavailable('ledger'));
  // This transaction stays idle while the lock is held. The lock can be held longer than the pool's timeout for idle
  // transactions, so this transaction has no such timeout.
  await client.query('BEGIN; SET LOCAL idle_in_transaction_session_timeout = 0').catch(unavailable('ledger'));
  const { rowCount } = await client
    .query('SELECT FROM execution_locks WHERE execution = $1 FOR UPDATE SKIP LOCKED', [id])
    .catch(unavailable('ledger'));
  if (rowCount !== 1) throw busy(id);
}

async function beginAttempt(pool: Pool, execution: ExecutionIdentity): Promise<number> {
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

// A condition in each write: the attempt ($2) is the latest attempt of the execution ($1).
const isLatestAttempt = '(SELECT max(attempt) FROM execution_attempts WHERE execution = $1) = $2';
const insertStep = `
  INSERT INTO execution_steps (execution, attempt, step, state, resource_version)
  SELECT $1, $2, $3, $4, $5 WHERE ${isLatestAttempt}`;
const insertLease = `
  INSERT INTO execution_leases (execution, attempt, cluster) SELECT $1, $2, $3 WHERE ${isLatestAttempt}`;
const completeLease = `
  UPDATE execution_leases SET lease_id = $3, service_account = $4
  WHERE execution = $1 AND attempt = $2 AND revoked_at IS NULL AND ${isLatestAttempt}`;
const markLeasesRevoked = `
  UPDATE execution_leases SET revoked_at = clock_timestamp()
  WHERE execution = $1 AND revoked_at IS NULL AND ${isLatestAttempt}`;
const insertResult = `
  INSERT INTO execution_results (execution, result, finished_at)
  SELECT $1, $3, $4::timestamptz WHERE ${isLatestAttempt}`;

function busy(id: string): AirlockError {
  const message = `another attempt of execution ${id} has begun, or an edit of its dossier is being admitted: Airlock tries again later`;
  return new AirlockError({ code: 'execution-busy', message });
}
