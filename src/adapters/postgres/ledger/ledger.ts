import { AirlockError } from '../../../lib/error.ts';
import type { ExecutionLock, Ledger } from '../../../execution/ledger-ports.ts';
import type { RowMacs } from '../../../execution/ports.ts';
import { lockExecution } from './execution-lock.ts';
import { readExecution } from './ledger-record.ts';
import { tokensOfFree } from './object-leases.ts';
import { defaultLeaseTimes, type LeaseTimes } from './object-locks.ts';
import { createRowCheck } from './row-check.ts';
import type { Pool } from '../pool.ts';
import { unavailable } from '../unavailable.ts';

/**
 * Largest number of execution locks that are held at the same time. Each held lock occupies one connection of the pool.
 * The remaining connections are for the writes to the ledger and the journal.
 */
const maxLocks = 4;

/** Options of the ledger. `clock`: the gateway's clock. `times`: how long a lock on an object lasts. */
interface LedgerOptions {
  clock: () => Date;
  times?: LeaseTimes;
}

/** Creates the ledger in PostgreSQL. Only the gateway's role may write to the ledger. */
export function createLedger(pool: Pool, macs: RowMacs, { clock, times = defaultLeaseTimes }: LedgerOptions): Ledger {
  let heldLocks = 0;
  const onReleased = (): void => void (heldLocks -= 1);
  return {
    find: async (execution) => (await readExecution(pool, createRowCheck(macs), execution))?.record,
    freeObjects: (execution, objects) => tokensOfFree({ pool, check: createRowCheck(macs) }, execution, objects),
    async executionsWithLeases() {
      const { rows } = await pool.query<Hint>(selectWithLeases).catch(unavailable('ledger'));
      return rows;
    },
    async lock(execution): Promise<ExecutionLock> {
      if (heldLocks >= maxLocks) throw tooManyLocks();
      heldLocks += 1;
      try {
        const client = await pool.connect().catch(unavailable('ledger'));
        // Without a listener, an error of the connection would end the process. After an error, the next statement
        // on the connection fails, so the error needs no other handling.
        client.on('error', () => undefined);
        return await lockExecution({ client, pool, check: createRowCheck(macs), clock, times, onReleased }, execution);
      } catch (error) {
        heldLocks -= 1;
        throw error;
      }
    },
  };
}

interface Hint {
  execution: string;
  cluster: string;
}

const selectWithLeases = `
  SELECT DISTINCT execution, cluster FROM execution_leases WHERE revoked_at IS NULL ORDER BY execution`;

function tooManyLocks(): AirlockError {
  const message = `the gateway holds ${maxLocks} execution locks, which is the maximum: Airlock tries again later`;
  return new AirlockError({ code: 'execution-busy', message });
}
