import { chown, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { processNames, type ProcessName } from '../src/domain/names.ts';
import type { StateFolder } from './state/state.ts';
import { systemUserOf } from './state/users.ts';

/** Returns the path of the file with the Vault login of a process. */
export function identityFileOf(state: StateFolder, name: ProcessName): string {
  return join(state.path, 'identities', name, 'identity.json');
}

/**
 * Writes the identity file of each process. The file is in a folder of its own, which belongs to the user of the
 * process, because the process replaces the file. No other user, except root, can enter the folder.
 */
export async function writeIdentities(
  state: StateFolder,
  checkout: string,
  logins: Readonly<Record<ProcessName, object>>,
): Promise<void> {
  const drafts = await state.folder('identities', 0o711); // belongs to the user that runs the stack
  for (const name of Object.values(processNames)) {
    const user = await systemUserOf(name, checkout);
    const folder = await state.folder(join('identities', name), 0o700);
    const draft = join(drafts, `${name}.new`);
    await writeFile(draft, JSON.stringify(logins[name], undefined, 2), { mode: 0o600 });
    if (user) for (const path of [folder, draft]) await chown(path, user.uid, user.gid);
    // The user of the process can write to its folder. If root wrote to a file there, this user could replace the file
    // by a symbolic link, and root would write to another file. `rename` does not follow a link.
    await rename(draft, identityFileOf(state, name));
  }
}
