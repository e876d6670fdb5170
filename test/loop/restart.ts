import { fileURLToPath } from 'node:url';
import { poll } from '../../demo/stage.ts';
import type { ProcessName } from '../../src/domain/names.ts';
import { startProcess } from '../../stack/airlock.ts';
import { alive } from '../../stack/process.ts';
import { openState } from '../../stack/state.ts';
import type { BootedStack } from './boot-stack.ts';

const checkout = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** Stops one of the four processes as an operator would, and starts it again with the configuration that it had. */
export async function restart({ folder }: BootedStack, name: ProcessName): Promise<void> {
  const state = await openState(folder);
  const record = (await state.records()).find((each) => each.name === name);
  if (!record) throw new Error(`this stack has no process ${name}`);
  process.kill(record.pid, 'SIGTERM');
  await poll(`${name} to end`, async () => ((await alive(record)) ? undefined : true), 30_000);
  await state.forget(record.pid);
  await startProcess(state, checkout, name);
}
