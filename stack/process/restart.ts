import type { ProcessName } from '../../src/domain/names.ts';
import { startProcess } from '../airlock.ts';
import type { Toolchain } from '../toolchain/toolchain.ts';
import { startPostgresServer } from '../servers/postgres.ts';
import type { StateFolder } from '../state/state.ts';
import { startTemporal } from '../servers/temporal.ts';

/** The servers and processes that can be restarted while the rest of the stack runs. */
export type RestartableServer = ProcessName | 'temporal' | 'postgres';

/** Options for a restart. */
export interface RestartOptions {
  checkout: string;
  toolchain: Toolchain;
}

/**
 * Starts one server of a running stack again after it has ended. The server keeps its data, port and configuration. In
 * production a supervisor (systemd, Kubernetes) does this; the embedded stack has no supervisor.
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
