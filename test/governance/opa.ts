import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { policyFolders } from '../../src/domain/policy/policy-folders.ts';
import { startOpa } from '../../stack/servers/opa.ts';
import { ensureToolchain } from '../../stack/toolchain/toolchain.ts';
import { createProgress } from '../../stack/progress.ts';
import { stopAll } from '../../stack/process/process.ts';
import { openState } from '../../stack/state/state.ts';

/** The folders of the project's policies: the rules about every plan, and those of the actions. */
export const [policies, actionPolicies] = policyFolders(join(import.meta.dirname, '../..'));

/** A real OPA that serves folders of policies. */
export async function serveOpa(folders = [policies, actionPolicies]): Promise<AsyncDisposable & { url: string }> {
  const path = await mkdtemp(join(tmpdir(), 'airlock-governance-'));
  const state = await openState(join(path, 'state'));
  const dispose = async (): Promise<void> => {
    await stopAll(state);
    await rm(path, { recursive: true });
  };
  try {
    const url = await startOpa(state, await opaProgram(), folders);
    return { url, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

export async function opaProgram(): Promise<string> {
  return (await ensureToolchain(createProgress())).program('opa');
}
