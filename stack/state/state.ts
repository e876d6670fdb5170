import { chmod, mkdir, readFile, readdir, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { AirlockError } from '../../src/lib/error.ts';
import { replaceFile } from '../../src/platform/replace-file.ts';
import { assertTrustedFolder, assertTrustedParents } from './trusted-folder.ts';

/** A process that a stack has started. Pid, start time and boot id together identify the process. */
export interface ProcessRecord {
  name: string;
  pid: number;
  /**
   * Field 22 of `/proc/<pid>/stat`: the start time in clock ticks since the boot. If the kernel reuses the pid, the new
   * process has another start time.
   */
  startTime: string;
  /** `/proc/sys/kernel/random/boot_id`. After a reboot, the same pid and start time can occur again. */
  bootId: string;
  /** Processes with a higher number are stopped earlier. */
  order: number;
  /** The signal that stops the process, SIGTERM by default. */
  stopSignal?: NodeJS.Signals;
}

/** The folder of one stack. It contains process records, logs, secrets, and the data of the servers. */
export interface StateFolder {
  readonly path: string;
  /** Returns the path of a subfolder. If the subfolder does not exist, creates it with `mode` (default 0700). */
  folder(name: string, mode?: number): Promise<string>;
  /**
   * Reads a JSON file and returns the result of `parse`. Returns undefined if the file does not exist.
   * @param name the path of the file, relative to the state folder.
   * @throws AirlockError `state-corrupt` if the file is not JSON or if `parse` throws.
   */
  readJson<T>(name: string, parse: (value: unknown) => T): Promise<T | undefined>;
  /** Creates a JSON file, or replaces it atomically. The default `mode` is 0600. */
  writeJson(name: string, value: unknown, mode?: number): Promise<void>;
  /** Returns all process records, in no particular order. A recorded process may have ended. */
  records(): Promise<ProcessRecord[]>;
  /** Writes a process record. */
  writeRecord(record: ProcessRecord): Promise<void>;
  /** Deletes the record of the process with this pid. */
  deleteRecord(pid: number): Promise<void>;
}

/**
 * Returns the absolute path of the folder in the environment variable AIRLOCK_STATE, if this variable is set. Otherwise
 * returns /var/lib/airlock/default for root, and $XDG_STATE_HOME/airlock/default for other users. The default of
 * XDG_STATE_HOME is ~/.local/state.
 */
export function defaultStatePath(): string {
  const chosen = process.env['AIRLOCK_STATE'];
  if (chosen) return resolve(chosen);
  if (process.getuid?.() === 0) return '/var/lib/airlock/default';
  return join(process.env['XDG_STATE_HOME'] || join(homedir(), '.local', 'state'), 'airlock', 'default');
}

/**
 * Opens a state folder, and creates it if it does not exist. A state folder of root has mode 0711, because servers
 * that run as other users must reach their subfolders. A state folder of another user has mode 0700.
 * @throws AirlockError `state-not-trusted` if another user could write to the folder or replace the folder. See
 * `assertTrustedFolder`. In this case nothing is created.
 */
export async function openState(path: string): Promise<StateFolder> {
  await assertTrustedParents(path);
  await makeFolder(path, process.getuid?.() === 0 ? 0o711 : 0o700);
  await assertTrustedFolder(path);
  const processes = join(path, 'processes');
  await makeFolder(processes, 0o700);
  await assertTrustedFolder(processes);
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
    writeRecord: (record) => state.writeJson(recordFile(record.pid), record),
    deleteRecord: (pid) => rm(join(path, recordFile(pid)), { force: true }),
  };
  return state;
}

async function makeFolder(path: string, mode: number): Promise<void> {
  const topmost = await mkdir(path, { recursive: true, mode });
  if (topmost === undefined) return; // the folder exists already
  // `topmost` is the topmost created folder. mkdir clears the umask bits of the mode. chmod sets the full mode.
  for (let created = path; created.startsWith(topmost); created = dirname(created)) await chmod(created, mode);
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
  const isComplete = Number.isSafeInteger(record.pid) && record.pid > 1 && Number.isFinite(record.order);
  if (!isComplete || [record.name, record.startTime, record.bootId].some((field) => typeof field !== 'string')) {
    throw new TypeError('not a process record');
  }
  return record;
}

function missingAsUndefined(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
