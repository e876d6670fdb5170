import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { AirlockError } from '../../src/lib/error.ts';

/** A started process. Pid, start time and boot id together identify it uniquely. */
export interface ProcessRecord {
  name: string;
  pid: number;
  /** Field 22 of `/proc/<pid>/stat`: clock ticks since boot. A pid is reused; pid and start time are not. */
  startTime: string;
  /** `/proc/sys/kernel/random/boot_id`, because start times count from the boot. */
  bootId: string;
  /** Servers stop in descending order. */
  order: number;
  /** Signal that stops the process. Default: SIGTERM. */
  stopSignal?: NodeJS.Signals;
}

/** The only folder that a stack writes to: process records, logs, secrets, a folder per server. */
export interface StateFolder {
  readonly path: string;
  /** Path of a subfolder. Creates it with `mode` (default 0700) if it is missing. */
  folder(name: string, mode?: number): Promise<string>;
  /** Reads and parses a JSON file; undefined if it does not exist. @throws AirlockError `state-corrupt` with the file's name. */
  readJson<T>(name: string, parse: (value: unknown) => T): Promise<T | undefined>;
  /** Replaces a JSON file atomically, with mode 0600 by default. */
  writeJson(name: string, value: unknown, mode?: number): Promise<void>;
  /** Processes that were started and not seen to end, in no order. */
  records(): Promise<ProcessRecord[]>;
  record(record: ProcessRecord): Promise<void>;
  forget(pid: number): Promise<void>;
}

/** Default path of the state folder: AIRLOCK_STATE, otherwise a folder of the system (as root) or of the user. */
export function defaultStatePath(): string {
  const chosen = process.env['AIRLOCK_STATE'];
  if (chosen) return resolve(chosen);
  if (process.getuid?.() === 0) return '/var/lib/airlock/default';
  return join(process.env['XDG_STATE_HOME'] || join(homedir(), '.local', 'state'), 'airlock', 'default');
}

/**
 * Opens a state folder and creates it if it is missing. As root its mode is 0711, because servers that run as other users
 * must reach their subfolders. Every subfolder has its own mode.
 */
export async function openState(path: string): Promise<StateFolder> {
  await makeFolder(path, process.getuid?.() === 0 ? 0o711 : 0o700);
  const processes = join(path, 'processes');
  await makeFolder(processes, 0o700);
  const recordFile = (pid: number): string => join('processes', `${String(pid)}.json`);

  const state: StateFolder = {
    path,
    async folder(name, mode = 0o700) {
      const folder = join(path, name);
      await makeFolder(folder, mode);
      return folder;
    },
    async readJson(name, parse) {
      const file = join(path, name);
      const text = await readFile(file, 'utf8').catch(missingAsUndefined);
      return text === undefined ? undefined : parseFile(file, text, parse);
    },
    writeJson: (name, value, mode = 0o600) =>
      replaceFile(join(path, name), `${JSON.stringify(value, null, 1)}\n`, mode),
    async records() {
      const files = (await readdir(processes)).filter((file) => /^\d+\.json$/.test(file));
      const all = await Promise.all(files.map((file) => state.readJson(join('processes', file), parseRecord)));
      return all.filter((record) => record !== undefined);
    },
    record: (record) => state.writeJson(recordFile(record.pid), record),
    forget: (pid) => rm(join(path, recordFile(pid)), { force: true }),
  };
  return state;
}

async function makeFolder(path: string, mode: number): Promise<void> {
  const first = await mkdir(path, { recursive: true, mode });
  if (first === undefined) return;
  // mkdir applies the umask to all folders that it creates.
  for (let made = path; made.startsWith(first); made = dirname(made)) await chmod(made, mode);
}

async function replaceFile(file: string, text: string, mode: number): Promise<void> {
  const draft = `${file}.${randomBytes(4).toString('hex')}.new`;
  await writeFile(draft, text, { mode, flag: 'wx' });
  await rename(draft, file);
}

function parseFile<T>(file: string, text: string, parse: (value: unknown) => T): T {
  try {
    return parse(JSON.parse(text));
  } catch (cause) {
    const message = `${file} does not have the expected content: fix the file, or move the state folder away`;
    throw new AirlockError({ code: 'state-corrupt', message, details: { file } }, { cause });
  }
}

function parseRecord(value: unknown): ProcessRecord {
  const record = value as ProcessRecord;
  const whole = Number.isSafeInteger(record.pid) && record.pid > 1 && Number.isFinite(record.order);
  if (!whole || [record.name, record.startTime, record.bootId].some((field) => typeof field !== 'string')) {
    throw new TypeError('not a process record');
  }
  return record;
}

function missingAsUndefined(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
