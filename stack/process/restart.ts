import type { ProcessName } from '../../src/domain/names.ts';
import { startProcess } from '../airlock.ts';
import type { Toolchain } from '../toolchain/toolchain.ts';
import { startPostgresServer } from '../servers/postgres.ts';
import type { StateFolder } from '../state/state.ts';
import { startTemporal } from '../servers/temporal.ts';

/** The servers and processes that can be restarted while the rest of the stack runs. */
export type RestartableServer = ProcessName | 'temporal' | 'postgres';

/** What a restart needs. */
export interface RestartOptions {
  /** Folder of the checkout from which the processes of Airlock are started. */
  checkout: string;
  toolchain: Toolchain;
}

/**
 * Starts a server of a running stack again after the server has ended. The server keeps its data, port and
 * configuration. The embedded stack has no supervisor. In production a supervisor (systemd, Kubernetes) does this.
 * @throws AirlockError `server-failed`.
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
