import { fileURLToPath } from 'node:url';
import { createStackClient, type StackClient } from '../../demo/stack-client.ts';
import { checkAndStartStack } from '../../src/cli/commands/wiring/start-stack.ts';
import { isRunning } from '../../stack/process/process.ts';
import { restartServer, type RestartableServer } from '../../stack/process/restart.ts';
import { ensureToolchain } from '../../stack/toolchain/toolchain.ts';
import type { UpOptions } from '../../stack/up.ts';
import { createTemporaryState, removeState } from '../../stack/state/own-state.ts';
import type { StateFolder } from '../../stack/state/state.ts';
import { createProgress } from '../../stack/progress.ts';

/** A stack that one test file owns, and its state folder. */
export interface BootedStack extends AsyncDisposable {
  client: StackClient;
  folder: string;
  state: StateFolder;
  /** Process id of a process of this stack. */
  pidOf(name: string): Promise<number>;
  /** Starts a process or server again that a test has ended. */
  restart(name: RestartableServer): Promise<void>;
}

export const checkout = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** Starts a stack with the four processes in a fresh state folder. Disposing it stops the stack and deletes the folder. */
export async function bootStack(
  timing: NonNullable<UpOptions['timing']>,
  options: Pick<UpOptions, 'phasesFile' | 'gatewayTargetUrls'> = {},
): Promise<BootedStack> {
  const state = await createTemporaryState('test');
  const progress = createProgress();
  try {
    const client = await createStackClient(await checkAndStartStack(checkout, state, { ...options, progress, timing }));
    progress.done();
    return {
      client,
      folder: state.path,
      state,
      pidOf: (name) => pidOf(state, name),
      restart: (name) => restart(state, name),
      [Symbol.asyncDispose]: () => removeState(state),
    };
  } catch (error) {
    progress.done();
    await removeState(state);
    throw error;
  }
}

async function restart(state: StateFolder, name: RestartableServer): Promise<void> {
  for (const record of await state.records()) {
    if (record.name === name && !isRunning(record)) await state.deleteRecord(record.pid);
  }
  await restartServer(state, name, { checkout, toolchain: await ensureToolchain(createProgress()) });
}

async function pidOf(state: StateFolder, name: string): Promise<number> {
  const record = (await state.records()).find((each) => each.name === name);
  if (record) return record.pid;
  throw new Error(`the stack has no process ${name}`);
}
