import { AirlockError } from '../../../lib/error.ts';
import type { Ledger } from '../../../execution/ports.ts';
import { acquireLock, lockWithoutStarting, type LockDeps } from './execution-lock.ts';
import { readRecord, unrevokedLeases } from './ledger-record.ts';
import type { Pool } from '../pool.ts';
import { unavailable } from '../unavailable.ts';

/**
 * Largest number of execution locks that are held at the same time. Each held lock occupies one connection of the pool.
 * The remaining connections are for the writes to the ledger and the journal.
 */
const maxLocks = 4;

/** Creates the ledger in PostgreSQL. Only the gateway's role may write to the ledger. */
export function createLedger(pool: Pool): Ledger {
  let heldLocks = 0;
  const takeLock = async <T>(acquire: (deps: LockDeps, onReleased: () => void) => Promise<T>): Promise<T> => {
    if (heldLocks >= maxLocks) throw tooManyLocks();
    heldLocks += 1;
    try {
      const client = await pool.connect().catch(unavailable('ledger'));
      // Without a listener, an error of the connection would end the process. After an error, the next statement
      // on the connection fails, so the error needs no other handling.
      client.on('error', () => undefined);
      return await acquire({ pool, client }, () => (heldLocks -= 1));
    } catch (error) {
      heldLocks -= 1;
      throw error;
    }
  };
  return {
    find: (execution) => readRecord(pool, execution),
    unrevokedLeases: () => unrevokedLeases(pool),
    acquire: (execution) => takeLock((deps, onReleased) => acquireLock(deps, execution, onReleased)),
    lockWithoutStarting: (execution) =>
      takeLock((deps, onReleased) => lockWithoutStarting(deps, execution, onReleased)),
  };
}

function tooManyLocks(): AirlockError {
  const message = `the gateway holds ${maxLocks} execution locks, which is the maximum: Airlock tries again later`;
  return new AirlockError({ code: 'execution-busy', message });
}
