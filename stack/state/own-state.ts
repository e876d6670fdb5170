import { randomBytes } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { identityOf } from '../process/process-identity.mjs';
import { alive, stopAll } from '../process/process.ts';
import { defaultStatePath, openState, type ProcessRecord, type StateFolder } from './state.ts';

type Owner = Pick<ProcessRecord, 'pid' | 'startTime' | 'bootId'>;

const ownerFile = 'owner.json';
const ownName = /^(demo|test)-[0-9a-f]{8}$/;

/**
 * Creates a state folder with a random name, and records this process as the owner of the folder. Before that, removes
 * all demo and test folders whose owner has ended, and stops their processes.
 */
export async function openOwnState(kind: 'demo' | 'test'): Promise<StateFolder> {
  const root = dirname(defaultStatePath());
  await removeAbandoned(root);
  const state = await openState(join(root, `${kind}-${randomBytes(4).toString('hex')}`));
  await state.writeJson(ownerFile, { pid: process.pid, ...identityOf(process.pid) });
  return state;
}

/** Stops all processes of a state folder and removes the folder. */
export async function removeState(state: StateFolder): Promise<void> {
  await stopAll(state);
  await rm(state.path, { recursive: true, force: true });
}

async function removeAbandoned(root: string): Promise<void> {
  const names = await readdir(root).catch(() => []); // the folder does not exist yet
  for (const name of names.filter((each) => ownName.test(each))) {
    const state = await openState(join(root, name));
    const owner = await state.readJson(ownerFile, (value) => value as Owner);
    // Without owner, the folder is just being created.
    if (!owner || (await alive({ ...owner, name, order: 0 }))) continue;
    await removeState(state);
  }
}
