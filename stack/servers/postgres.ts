import { execFile } from 'node:child_process';
import { access, chown, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { AirlockError } from '../../src/lib/error.ts';
import { keptPort } from '../state/kept-port.ts';
import { newPassword } from './postgres-password.ts';
import { postgresBinFolder } from './postgres-program.ts';
import { connectionString, postgresLogins, withClient, type PostgresLogins } from './postgres-roles.ts';
import { startServer, type ServerSpec } from '../process/process.ts';
import type { StateFolder } from '../state/state.ts';
import type { User } from '../state/users.ts';

const run = promisify(execFile);
const superuser = 'airlock_superuser';
const secretFile = 'postgres-superuser.json';

/**
 * Starts PostgreSQL on 127.0.0.1 and gives every role of Airlock a new password. The data survives a crash and a
 * restart, because the settings for durability (fsync, synchronous commit, full page writes) are the default ones.
 * @throws AirlockError `postgres-missing`, `postgres-unreachable`, `postgres-init-failed` or `server-failed`.
 */
export async function startPostgres(state: StateFolder): Promise<PostgresLogins> {
  const { url, port } = await startPostgresServer(state);
  return postgresLogins(url, port);
}

/**
 * Starts PostgreSQL, for example after a crash. The roles of Airlock keep their passwords.
 * @returns the port and the connection string of the superuser. @throws the same errors as `startPostgres`.
 */
export async function startPostgresServer(state: StateFolder): Promise<{ url: string; port: number }> {
  const user = postgresUser();
  const folder = await state.folder('postgres');
  if (user) await chown(folder, user.uid, user.gid);
  const bin = await postgresBinFolder(folder, user);
  const password = await initialise(state, { folder, bin, user });
  const port = await keptPort(state, 'postgres');
  const url = connectionString(port, superuser, password, 'postgres');
  const settings = { listen_addresses: '127.0.0.1', port, unix_socket_directories: '', max_connections: 100 };
  const spec: ServerSpec = {
    name: 'postgres',
    command: join(bin, 'postgres'),
    args: [
      '-D',
      join(folder, 'data'),
      ...Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]),
    ],
    cwd: folder,
    env: { TZ: 'UTC' },
    deadlineMs: 30_000,
    ready: () => withClient(url, async (client) => (await client.query('select 1')).rowCount === 1),
    order: 10,
    stopSignal: 'SIGINT', // "fast" shutdown: SIGTERM would wait until every client disconnects
  };
  await startServer(state, user ? { ...spec, user } : spec);
  return { url, port };
}

/**
 * Returns the user that runs PostgreSQL: `nobody` if this process is root, because PostgreSQL refuses to run as root,
 * and initdb needs a user of /etc/passwd. Otherwise returns undefined: PostgreSQL runs as the user of this process.
 */
export function postgresUser(): User | undefined {
  return process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : undefined;
}

interface Installation {
  folder: string;
  /** The folder with the programs of PostgreSQL. */
  bin: string;
  user: User | undefined;
}

/**
 * Creates the data folder if it does not exist. If the creation is interrupted, the next start begins it anew.
 * @returns the password of the superuser.
 */
async function initialise(state: StateFolder, { folder, bin, user }: Installation): Promise<string> {
  const data = join(folder, 'data');
  const kept = await state.readJson(secretFile, parsePassword);
  if (kept !== undefined && (await exists(join(data, 'PG_VERSION')))) return kept;
  const password = newPassword();
  const draft = `${data}.new`;
  const passwordFile = join(folder, 'password');
  await rm(draft, { recursive: true, force: true });
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  try {
    if (user) await chown(passwordFile, user.uid, user.gid);
    await initdb({ bin, user, args: ['-D', draft, '-U', superuser, `--pwfile=${passwordFile}`] });
  } finally {
    await rm(passwordFile, { force: true });
  }
  await state.writeJson(secretFile, { password });
  await rename(draft, data);
  return password;
}

async function initdb({ bin, user, args }: { bin: string; user: User | undefined; args: string[] }): Promise<void> {
  const fixed = [
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
  ];
  try {
    await run(join(bin, 'initdb'), [...args, ...fixed], { ...user, cwd: '/', env: { TZ: 'UTC' }, timeout: 60_000 });
  } catch (cause) {
    const output = String((cause as { stderr?: string }).stderr ?? cause).trim();
    const message = `PostgreSQL's initdb failed: ${output}; the disk may be full, or user ${String(user?.uid ?? process.getuid?.())} cannot reach the state folder (AIRLOCK_STATE)`;
    throw new AirlockError({ code: 'postgres-init-failed', message });
  }
}

function parsePassword(value: unknown): string {
  const { password } = value as { password?: unknown };
  if (typeof password !== 'string') throw new TypeError('not a password');
  return password;
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
