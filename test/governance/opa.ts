import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startOpa } from '../../stack/servers/opa.ts';
import { ensureParts } from '../../stack/toolchain/toolchain.ts';
import { createProgress } from '../../stack/progress.ts';
import { stopAll } from '../../stack/process/process.ts';
import { openState } from '../../stack/state/state.ts';

export const policies = new URL('../../policies', import.meta.url).pathname;

/** A real OPA that serves a folder of policies. */
export async function serveOpa(folder = policies): Promise<AsyncDisposable & { url: string }> {
  const path = await mkdtemp(join(tmpdir(), 'airlock-governance-'));
  const state = await openState(join(path, 'state'));
  const dispose = async (): Promise<void> => {
    await stopAll(state);
    await rm(path, { recursive: true });
  };
  try {
    const url = await startOpa(state, await opaProgram(), folder);
    return { url, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

export async function opaProgram(): Promise<string> {
  return (await ensureParts(createProgress())).program('opa');
}
