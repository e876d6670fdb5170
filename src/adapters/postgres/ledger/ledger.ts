import { AirlockError } from '../../../lib/error.ts';
import type { Ledger } from '../../../execution/ports.ts';
import { claimOn, holdOn, type ClaimDeps } from './execution-lock.ts';
import { readRecord, unrevokedLeases } from './ledger-record.ts';
import type { Pool } from '../pool.ts';
import { unavailable } from '../unavailable.ts';

/**
 * Executions that hold a connection at the same time, each for as long as it runs. Below the pool's size, so that the
 * journal, which an execution waits for, always finds a connection.
 */
const claimsAtOnce = 4;

/** The ledger in PostgreSQL, written by the gateway's role alone. */
export function createLedger(pool: Pool): Ledger {
  let held = 0;
  const connected = async <T>(take: (deps: ClaimDeps, ended: () => void) => Promise<T>): Promise<T> => {
    if (held >= claimsAtOnce) throw full();
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
    unrevoked: () => unrevokedLeases(pool),
    claim: (execution) => connected((deps, ended) => claimOn(deps, execution, ended)),
    hold: (execution) => connected((deps, ended) => holdOn(deps, execution, ended)),
  };
}

function full(): AirlockError {
  const message = `the gateway acts for ${claimsAtOnce} executions already: ask again`;
  return new AirlockError({ code: 'execution-busy', message, next: 'retry' });
}
