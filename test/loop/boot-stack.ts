import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createStage, type Stage } from '../../demo/stage.ts';
import { startIn } from '../../src/stack-commands.ts';
import type { Times } from '../../stack/airlock.ts';
import { stopAll } from '../../stack/process.ts';
import { createProgress } from '../../stack/progress.ts';
import { defaultStatePath, openState } from '../../stack/state.ts';

/** A whole stack of a test's own, and the folder that holds all it has written. */
export interface BootedStack extends AsyncDisposable {
  stage: Stage;
  folder: string;
}

const checkout = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** Starts everything, the four processes included, in a fresh state folder; disposing stops and deletes it. */
export async function bootStack(times: Times): Promise<BootedStack> {
  const folder = join(dirname(defaultStatePath()), `test-${randomBytes(4).toString('hex')}`);
  const state = await openState(folder);
  const progress = createProgress();
  const dispose = async (): Promise<void> => {
    progress.done();
    await stopAll(state);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const stage = await createStage(await startIn(checkout, state, { progress, times }));
    return { stage, folder, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}
