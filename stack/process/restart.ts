import type { ProcessName } from '../../src/domain/names.ts';
import { startProcess } from '../airlock.ts';
import type { Toolchain } from '../toolchain/toolchain.ts';
import { startPostgresServer } from '../servers/postgres.ts';
import type { StateFolder } from '../state/state.ts';
import { startTemporal } from '../servers/temporal.ts';

/** What can be started again while the rest of its stack runs. */
export type RestartableServer = ProcessName | 'temporal' | 'postgres';

/** What a restartServer needs to know of the stack. */
export interface RestartOptions {
  checkout: string;
  toolchain: Toolchain;
}

/**
 * Starts one server of a running stack again after its end: on its data, its port and its configuration. In production a
 * supervisor does this (systemd, Kubernetes); in the embedded stack nobody does by himself.
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
