import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AirlockError } from '../../src/lib/error.ts';
import { postgresBinFolder } from '../servers/postgres-program.ts';
import { postgresUser } from '../servers/postgres.ts';
import { tryRun, type Finding } from './finding.ts';

/**
 * Checks whether this machine can run the program `postgres`. PostgreSQL refuses to run as root. Under root, a stack
 * and this check run PostgreSQL as user `nobody`.
 */
export async function checkPostgres(): Promise<Finding> {
  const user = postgresUser();
  const name = 'PostgreSQL';
  // If `user` cannot run the installed PostgreSQL, `postgresBinFolder` copies PostgreSQL to this folder.
  const folder = await mkdtemp(join(tmpdir(), 'airlock-doctor-'));
  await chmod(folder, 0o711);
  try {
    const bin = await postgresBinFolder(folder, user);
    const { succeeded, text } = await tryRun(join(bin, 'postgres'), ['--version'], user);
    return { name, ok: succeeded, found: user ? `${text} (as uid ${String(user.uid)})` : text };
  } catch (error) {
    if (!(error instanceof AirlockError)) throw error;
    return { name, ok: false, found: error.code, fix: error.message };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
