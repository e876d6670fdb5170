import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AirlockError } from '../../src/lib/error.ts';
import { postgresBinFolder } from '../servers/postgres-program.ts';
import { postgresUser } from '../servers/postgres.ts';
import { tryRun, type Finding } from './finding.ts';

/**
 * Checks whether PostgreSQL can run on this machine. PostgreSQL refuses to run as root. If root starts a stack, the stack
 * runs PostgreSQL as user `nobody`. This check does the same.
 */
export async function checkDatabase(): Promise<Finding> {
  const user = postgresUser();
  const name = 'PostgreSQL';
  // If the user cannot read the installed PostgreSQL, `postgresBinFolder` copies it to this folder, as in a stack.
  const folder = await mkdtemp(join(tmpdir(), 'airlock-doctor-'));
  await chmod(folder, 0o711);
  try {
    const bin = await postgresBinFolder(folder, user);
    const { succeeded, text } = await tryRun(join(bin, 'postgres'), ['--version'], user);
    return { name, ok: succeeded, found: user ? `${text}, as user ${String(user.uid)}` : text };
  } catch (error) {
    if (!(error instanceof AirlockError)) throw error;
    return { name, ok: false, found: error.code, fix: error.message };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
