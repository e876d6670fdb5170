import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { AirlockError } from '../../src/lib/error.ts';

/** One process that was started and may still run. Pid, start time and boot id together name it for good. */
export interface ProcessRecord {
  name: string;
  pid: number;
  /** Field 22 of `/proc/<pid>/stat`: clock ticks since boot. A pid is reused, this pair is not. */
  startTime: string;
  /** `/proc/sys/kernel/random/boot_id`: start times count from the boot. */
  bootId: string;
  /** Servers stop in descending order. */
  order: number;
  /** What asks it to end, where that is not SIGTERM. */
  stopSignal?: NodeJS.Signals;
}

/** The one folder that a stack writes to: processes, logs, secrets, a folder per server. */
export interface StateFolder {
  readonly path: string;
  /** Path of a folder below, made if missing with `mode` (0700 unless told otherwise). */
  folder(name: string, mode?: number): Promise<string>;
  /** The parsed content of a JSON file, or undefined where there is none. A broken file is an error that names it. */
  readJson<T>(name: string, parse: (value: unknown) => T): Promise<T | undefined>;
  /** Replaces a JSON file at once: a reader sees the old or the new one. Mode 0600 unless told otherwise. */
  writeJson(name: string, value: unknown, mode?: number): Promise<void>;
  /** What was started and not yet seen to end, in no order. */
  records(): Promise<ProcessRecord[]>;
  record(record: ProcessRecord): Promise<void>;
  forget(pid: number): Promise<void>;
}

/** Where the state is kept unless told otherwise: AIRLOCK_STATE, else the system's or the user's state folder. */
export function defaultStatePath(): string {
  const chosen = process.env['AIRLOCK_STATE'];
  if (chosen) return resolve(chosen);
  if (process.getuid?.() === 0) return '/var/lib/airlock/default';
  return join(process.env['XDG_STATE_HOME'] || join(homedir(), '.local', 'state'), 'airlock', 'default');
}

/**
 * Opens the state folder, making it where it is missing. As root others may pass through it but not list it,
 * since servers that run as users of their own must reach their folders; every folder below is closed by itself.
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
  // The umask has cut the modes of mkdir, also of the folders above that it made.
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
    const message = `${file} is not what Airlock wrote there; move the folder away or mend the file`;
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
