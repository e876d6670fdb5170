import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AirlockError } from '../../src/lib/error.ts';
import { postgresProgram } from '../servers/postgres-program.ts';
import { postgresUser } from '../servers/postgres.ts';
import { tryOut, type Finding } from './finding.ts';

/** PostgreSQL refuses root: as root, can `nobody`, as which the stack starts it, run it? */
export async function database(): Promise<Finding> {
  const user = postgresUser();
  const name = 'PostgreSQL';
  // Where the installed one cannot be reached, a copy is tried, as the stack would make it.
  const folder = await mkdtemp(join(tmpdir(), 'airlock-doctor-'));
  await chmod(folder, 0o711);
  try {
    const program = await postgresProgram(folder, user);
    const { worked, text } = await tryOut(join(program, 'postgres'), ['--version'], user);
    return { name, ok: worked, found: user ? `${text}, as user ${String(user.uid)}` : text };
  } catch (error) {
    if (!(error instanceof AirlockError)) throw error;
    return { name, ok: false, found: error.code, mend: error.message };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
