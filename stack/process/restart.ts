import type { ProcessName } from '../../src/domain/names.ts';
import { startProcess } from '../airlock.ts';
import type { Toolchain } from '../toolchain/toolchain.ts';
import { startPostgresServer } from '../servers/postgres.ts';
import type { StateFolder } from '../state/state.ts';
import { startTemporal } from '../servers/temporal.ts';

/** The servers and processes that `restartServer` can start. */
export type RestartableServer = ProcessName | 'temporal' | 'postgres';

/** The source code and the programs of the stack. */
export interface RestartOptions {
  /** The folder of Airlock's source code. */
  checkout: string;
  toolchain: Toolchain;
}

/**
 * Starts a server or process of the embedded stack again after it has ended. Its data and configuration stay the same.
 * The embedded stack does not restart servers by itself. In production, systemd or Kubernetes does that.
 * @throws AirlockError `server-failed`, and for `postgres` the other errors of `startPostgres`.
 */
export async function restartServer(
  state: StateFolder,
  name: RestartableServer,
  { checkout, toolchain }: RestartOptions,
): Promise<void> {
  if (name === 'temporal') await startTemporal(state, toolchain.program('temporal'));
  else if (name === 'postgres') await startPostgresServer(state);
  else await startProcess(state, checkout, name);
}
