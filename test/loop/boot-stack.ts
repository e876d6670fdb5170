import { fileURLToPath } from 'node:url';
import { createStage, type Stage } from '../../demo/stage.ts';
import { startIn } from '../../src/cli/commands/stack-commands.ts';
import type { UpOptions } from '../../stack/up.ts';
import { openOwnState, removeState } from '../../stack/state/own-state.ts';
import type { StateFolder } from '../../stack/state/state.ts';
import { createProgress } from '../../stack/progress.ts';

/** A whole stack of a test's own, and the folder that holds all it has written. */
export interface BootedStack extends AsyncDisposable {
  stage: Stage;
  folder: string;
  state: StateFolder;
  /** Of a process of this stack, by its name. */
  pidOf(name: string): Promise<number>;
}

export const checkout = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** Starts everything, the four processes included, in a fresh state folder; disposing stops and deletes it. */
export async function bootStack(
  times: NonNullable<UpOptions['times']>,
  options: Pick<UpOptions, 'phasesFile' | 'reach'> = {},
): Promise<BootedStack> {
  const state = await openOwnState('test');
  const progress = createProgress();
  try {
    const stage = await createStage(await startIn(checkout, state, { ...options, progress, times }));
    progress.done();
    return {
      stage,
      folder: state.path,
      state,
      pidOf: (name) => pidOf(state, name),
      [Symbol.asyncDispose]: () => removeState(state),
    };
  } catch (error) {
    progress.done();
    await removeState(state);
    throw error;
  }
}

async function pidOf(state: StateFolder, name: string): Promise<number> {
  const record = (await state.records()).find((each) => each.name === name);
  if (record) return record.pid;
  throw new Error(`this stack has no process ${name}`);
}
