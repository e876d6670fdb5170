import { AirlockError } from '../../../lib/error.ts';
import type { Ledger } from '../../../execution/ports.ts';
import { acquireLock, lockWithoutStarting, type LockDeps } from './execution-lock.ts';
import { readRecord, unrevokedLeases } from './ledger-record.ts';
import type { Pool } from '../pool.ts';
import { unavailable } from '../unavailable.ts';

/**
 * Most execution locks at the same time. Each holds a connection for as long as its execution runs. The number is below
 * the pool's size, because an execution waits for the journal, which needs a connection too.
 */
const maxLocks = 4;

/** The ledger in PostgreSQL, written by the gateway's role alone. */
export function createLedger(pool: Pool): Ledger {
  let held = 0;
  const connected = async <T>(take: (deps: LockDeps, ended: () => void) => Promise<T>): Promise<T> => {
    if (held >= maxLocks) throw full();
    held += 1;
    try {
      const client = await pool.connect().catch(unavailable('ledger'));
      // Without a listener a connection that breaks would end the process; the next query reports it.
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
    acquire: (execution) => connected((deps, ended) => acquireLock(deps, execution, ended)),
    lockWithoutStarting: (execution) => connected((deps, ended) => lockWithoutStarting(deps, execution, ended)),
  };
}

function full(): AirlockError {
  const message = `the gateway already runs ${maxLocks} executions: retry`;
  return new AirlockError({ code: 'execution-busy', message });
}
