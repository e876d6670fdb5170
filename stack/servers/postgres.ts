import { execFile } from 'node:child_process';
import { access, chown, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { AirlockError } from '../../src/lib/error.ts';
import { keptPort } from '../state/kept-port.ts';
import { newPassword } from './postgres-password.ts';
import { postgresBinFolder } from './postgres-program.ts';
import { connectionString, createPostgresLogins, withClient, type PostgresLogins } from './postgres-roles.ts';
import { startServer, type ServerSpec } from '../process/process.ts';
import type { StateFolder } from '../state/state.ts';
import type { SystemUser } from '../state/users.ts';

const run = promisify(execFile);
const superuserRole = 'airlock_superuser';
const superuserPasswordFile = 'postgres-superuser.json';

/**
 * Starts PostgreSQL on 127.0.0.1. Then calls `createPostgresLogins`, which gives every role of Airlock a new password.
 * Committed data survives a crash: fsync, synchronous_commit and full_page_writes are on, as by default.
 * @throws AirlockError `postgres-missing`, `postgres-unreachable`, `postgres-init-failed` or `server-failed`.
 */
export async function startPostgres(state: StateFolder): Promise<PostgresLogins> {
  const { url, port } = await startPostgresServer(state);
  return createPostgresLogins(url, port);
}

/**
 * Starts PostgreSQL. The roles of Airlock keep their passwords. So the processes can connect as before after a crash of
 * PostgreSQL.
 * @returns the port of PostgreSQL. `url` is the connection string of the superuser.
 * @throws the same errors as `startPostgres`.
 */
export async function startPostgresServer(state: StateFolder): Promise<{ url: string; port: number }> {
  const user = postgresUser();
  const folder = await state.folder('postgres');
  if (user) await chown(folder, user.uid, user.gid);
  const bin = await postgresBinFolder(state.path, user);
  const password = await ensureDataFolder(state, { folder, bin, user });
  const port = await keptPort(state, 'postgres');
  const url = connectionString(port, superuserRole, password, 'postgres');
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
    stopSignal: 'SIGINT', // fast shutdown; after SIGTERM, PostgreSQL would wait until all clients have disconnected
  };
  await startServer(state, user ? { ...spec, user } : spec);
  return { url, port };
}

/**
 * Returns the user that runs PostgreSQL: `nobody` if this process runs as root. PostgreSQL refuses to run as root, and
 * initdb needs a user with an entry in /etc/passwd. If this process does not run as root, returns undefined: PostgreSQL
 * runs as the user of this process.
 */
export function postgresUser(): SystemUser | undefined {
  return process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : undefined;
}

/** What `ensureDataFolder` needs. */
interface DataFolderOptions {
  /** The folder in which the data folder is created. */
  folder: string;
  /** The folder with the programs of PostgreSQL. */
  bin: string;
  /** The user that runs PostgreSQL. Undefined stands for the user of this process. */
  user: SystemUser | undefined;
}

/**
 * Creates the data folder of PostgreSQL if it does not exist. The folder has a temporary name until it is complete. So
 * an interrupted creation leaves no incomplete data folder.
 * @returns the password of the superuser.
 */
async function ensureDataFolder(state: StateFolder, { folder, bin, user }: DataFolderOptions): Promise<string> {
  const data = join(folder, 'data');
  const kept = await state.readJson(superuserPasswordFile, parsePassword);
  if (kept !== undefined && (await exists(join(data, 'PG_VERSION')))) return kept;
  const password = newPassword();
  const draft = `${data}.new`;
  // Not in `folder`: `user` can write there. If root wrote to a file there, another process of `user` could replace the
  // file by a symbolic link, and root would write to another file and give that file to `user`.
  const passwordFile = join(state.path, 'postgres-initdb-password');
  await rm(draft, { recursive: true, force: true });
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  try {
    if (user) await chown(passwordFile, user.uid, user.gid);
    await initdb(['-D', draft, '-U', superuserRole, `--pwfile=${passwordFile}`], { bin, user });
  } finally {
    await rm(passwordFile, { force: true });
  }
  await state.writeJson(superuserPasswordFile, { password });
  await rename(draft, data);
  return password;
}

async function initdb(args: string[], { bin, user }: Omit<DataFolderOptions, 'folder'>): Promise<void> {
  const fixedArgs = [
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
  ];
  try {
    await run(join(bin, 'initdb'), [...args, ...fixedArgs], { ...user, cwd: '/', env: { TZ: 'UTC' }, timeout: 60_000 });
  } catch (cause) {
    const output = String((cause as { stderr?: string }).stderr || cause).trim();
    const message = `PostgreSQL's initdb failed: ${output}; check that the disk is not full, and that user ${String(user?.uid ?? process.getuid?.())} can enter the state folder (AIRLOCK_STATE)`;
    throw new AirlockError({ code: 'postgres-init-failed', message });
  }
}

function parsePassword(value: unknown): string {
  const { password } = value as { password?: unknown };
  if (typeof password !== 'string') throw new TypeError('no password');
  return password;
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
