import { AirlockError } from '../../../lib/error.ts';
import type { Ledger } from '../../../execution/ports.ts';
import { acquireLock, lockWithoutStarting, type LockDeps } from './execution-lock.ts';
import { readRecord, unrevokedLeases } from './ledger-record.ts';
import type { Pool } from '../pool.ts';
import { unavailable } from '../unavailable.ts';

/**
 * Largest number of execution locks at the same time. Each lock occupies a connection for as long as its execution
 * runs. The number is lower than the pool's size, because each execution also needs a second connection to write to the
 * ledger and the journal.
 */
const maxLocks = 4;

/** The ledger in PostgreSQL. Only the gateway's role may write to it. */
export function createLedger(pool: Pool): Ledger {
  let held = 0;
  const withConnection = async <T>(take: (deps: LockDeps, onReleased: () => void) => Promise<T>): Promise<T> => {
    if (held >= maxLocks) throw full();
    held += 1;
    try {
      const client = await pool.connect().catch(unavailable('ledger'));
      // Without this listener a broken connection would end the process. The next query reports the problem anyway.
      client.on('error', () => undefined);
      return await take({ pool, client }, () => (held -= 1));
    } catch (error) {
      held -= 1;
      throw error;
    }
  };
  return {
    find: (execution) => readRecord(pool, execution),
    unrevokedLeases: () => unrevokedLeases(pool),
    acquire: (execution) => withConnection((deps, onReleased) => acquireLock(deps, execution, onReleased)),
    lockWithoutStarting: (execution) =>
      withConnection((deps, onReleased) => lockWithoutStarting(deps, execution, onReleased)),
  };
}

function full(): AirlockError {
  const message = `the gateway already runs ${maxLocks} executions: Airlock tries again when one has ended`;
  return new AirlockError({ code: 'execution-busy', message });
}
