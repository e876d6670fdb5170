import { fileURLToPath } from 'node:url';
import { createStage, type Stage } from '../../demo/stage.ts';
import { startIn } from '../../src/stack-commands.ts';
import type { Times } from '../../stack/airlock.ts';
import { openOwnState, removeState } from '../../stack/own-state.ts';
import { createProgress } from '../../stack/progress.ts';

/** A whole stack of a test's own, and the folder that holds all it has written. */
export interface BootedStack extends AsyncDisposable {
  stage: Stage;
  folder: string;
}

const checkout = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** Starts everything, the four processes included, in a fresh state folder; disposing stops and deletes it. */
export async function bootStack(times: Times): Promise<BootedStack> {
  const state = await openOwnState('test');
  const progress = createProgress();
  try {
    const stage = await createStage(await startIn(checkout, state, { progress, times }));
    progress.done();
    return { stage, folder: state.path, [Symbol.asyncDispose]: () => removeState(state) };
  } catch (error) {
    progress.done();
    await removeState(state);
    throw error;
  }
}
