import { randomBytes } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AirlockError } from '../../src/lib/error.ts';
import { identityOf } from '../process/process-identity.mjs';
import { isRunning, stopAll } from '../process/process.ts';
import { defaultStatePath, openState, type ProcessRecord, type StateFolder } from './state.ts';

type Owner = Pick<ProcessRecord, 'pid' | 'startTime' | 'bootId'>;

const ownerFile = 'owner.json';
const temporaryName = /^(demo|test)-[0-9a-f]{8}$/;

/**
 * Creates a state folder with a random name, and records this process as the owner of the folder. First cleans up:
 * for each temporary state folder whose owner has ended, stops the stack and removes the folder.
 */
export async function createTemporaryState(kind: 'demo' | 'test'): Promise<StateFolder> {
  const root = dirname(defaultStatePath());
  await removeAbandoned(root);
  const state = await openState(join(root, `${kind}-${randomBytes(4).toString('hex')}`));
  await state.writeJson(ownerFile, { pid: process.pid, ...identityOf(process.pid) });
  return state;
}

/** Stops all recorded processes of a stack, and removes the state folder. */
export async function removeState(state: StateFolder): Promise<void> {
  await stopAll(state);
  await rm(state.path, { recursive: true, force: true });
}

async function removeAbandoned(root: string): Promise<void> {
  const names = await readdir(root).catch(() => []); // `root` may not exist yet
  for (const name of names.filter((each) => temporaryName.test(each))) {
    const state = await openState(join(root, name)).catch(untrustedAsUndefined);
    if (!state) continue; // another user could have written the owner file, so Airlock keeps the folder
    const owner = await state.readJson(ownerFile, (value) => value as Owner);
    if (!owner) continue; // another process has just created this folder, and has not recorded itself yet
    if (!isRunning({ ...owner, name, order: 0 })) await removeState(state);
  }
}

function untrustedAsUndefined(error: unknown): undefined {
  if (!(error instanceof AirlockError) || error.code !== 'state-not-trusted') throw error;
}
