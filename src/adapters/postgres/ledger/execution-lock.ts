import type { PoolClient } from 'pg';
import type { ExecutionIdentity, ExecutionLock } from '../../../execution/ledger-ports.ts';
import type { Pool } from '../pool.ts';
import { unavailable } from '../unavailable.ts';
import { createAttempt, executionBusy } from './attempt.ts';
import { readExecution } from './ledger-record.ts';
import type { LeaseKeys } from './object-leases.ts';
import { lockObjects, type HeldLocks, type LeaseTimes } from './object-locks.ts';
import type { RowCheck } from './row-check.ts';
import { attemptRow, executionRow } from './rows.ts';

/** What an execution lock needs. */
export interface LockDeps {
  /**
   * A connection for this lock alone. An open transaction on this connection holds the lock. Disposing the lock closes
   * the connection.
   */
  client: PoolClient;
  /** The connections for reads and writes of the ledger. Each write is a transaction of its own. */
  pool: Pool;
  check: RowCheck;
  clock: () => Date;
  times: LeaseTimes;
  /** Called when the lock is disposed. Not called if `lockExecution` throws. */
  onReleased: () => void;
}

/**
 * Acquires the lock of the execution `id`. The lock is a row lock of an open transaction. If the process or its
 * connection dies, the lock lasts until PostgreSQL notices. Each write of an attempt contains the number of the attempt
 * (a fencing token). Once a later attempt has begun, every write of an earlier attempt fails.
 * @throws AirlockError `execution-busy` (retry), `ledger-unavailable` (retry), `ledger-rejected`, `ledger-corrupt`. In
 * each case the lock's connection is closed.
 */
export async function lockExecution(deps: LockDeps, id: string): Promise<ExecutionLock> {
  const { client, pool, check, clock, times } = deps;
  try {
    await lockRow(deps, id);
    const stored = await readExecution(pool, check, id);
    const assertLockHeld = (): Promise<void> => assertHeld(client);
    let locks: HeldLocks | undefined;
    return {
      earlier: stored?.record,
      assertHeld: assertLockHeld,
      async lockObjects(objects) {
        locks = await lockObjects({ pool, check }, { execution: id, objects, times });
        return locks;
      },
      async begin(execution) {
        const attempt = (stored?.attempts ?? 0) + 1;
        await beginAttempt(deps, execution, attempt);
        const { cluster } = execution;
        const entries = stored?.record.entries.length ?? 0;
        const objectLeases = (): LeaseKeys | undefined => locks?.leases;
        return createAttempt({
          pool,
          check,
          id,
          cluster,
          attempt,
          entries,
          clock,
          assertHeld: assertLockHeld,
          objectLeases,
        });
      },
      [Symbol.asyncDispose]: () => release(deps),
    };
  } catch (error) {
    client.release(true);
    throw error;
  }
}

/** Throws `ledger-unavailable` if the connection is lost, because the lock is then lost too. */
async function assertHeld(client: PoolClient): Promise<void> {
  await client.query('SELECT').catch(unavailable('ledger'));
}

async function release({ client, onReleased }: LockDeps): Promise<void> {
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
  if (rowCount !== 1) throw executionBusy(id);
}

async function beginAttempt({ pool, check }: LockDeps, execution: ExecutionIdentity, attempt: number): Promise<void> {
  const { id, dossier, direction, incident, trace, cluster, startedAt } = execution;
  const [executionMac, attemptMac] = await check.seal([executionRow(execution), attemptRow(id, attempt)]);
  if (attempt === 1) {
    const row = [id, dossier, direction, incident, trace, cluster, startedAt, executionMac];
    await pool.query(insertExecution, row).catch(unavailable('ledger'));
  }
  const { rowCount } = await pool.query(insertAttempt, [id, attempt, attemptMac]).catch(unavailable('ledger'));
  if (rowCount !== 1) throw executionBusy(id);
}

const insertLockRow = 'INSERT INTO execution_locks VALUES ($1) ON CONFLICT (execution) DO NOTHING';
const insertExecution = `
  INSERT INTO executions (id, dossier, direction, incident, trace, cluster, started_at, mac)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO NOTHING`;
const insertAttempt = `
  INSERT INTO execution_attempts (execution, attempt, mac) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`;
