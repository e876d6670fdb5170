import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, fstatSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { omitUndefined } from '../../src/lib/omit-undefined.ts';
import { AirlockError } from '../../src/lib/error.ts';
import { waitFor } from '../../src/platform/wait-for.ts';
import { tailOf } from './log-tail.ts';
import { identityOf } from './process-identity.mjs';
import type { ProcessRecord, StateFolder } from '../state/state.ts';

/** How to start a server. Of the environment of this process, the server inherits only PATH. */
export interface ServerSpec {
  name: string;
  command: string;
  args: string[];
  env?: Record<string, string>;
  /**
   * The user that runs the server, without supplementary groups. Only root can start a server as another user. By
   * default the server runs as the user of this process.
   */
  user?: { uid: number; gid: number };
  cwd?: string;
  /** Longest time from the start until `ready` returns true, in milliseconds. */
  deadlineMs: number;
  /** Returns true if the server is ready. Called every 50 ms; may throw while the server does not answer yet. */
  ready: () => Promise<boolean>;
  /** Decides the order of stopping: servers with a higher number are stopped first. */
  order: number;
  /** The signal that stops the server, SIGTERM by default. */
  stopSignal?: NodeJS.Signals;
}

/** A server that has become ready. */
export interface RunningServer {
  name: string;
  pid: number;
  /** Stops the server and deletes its record. */
  stop(): Promise<void>;
}

const pollMs = 50;
const stopDeadlineMs = 10_000;

/**
 * Starts a server and waits until it is ready. The server keeps running when this process ends. The output of the
 * server is appended to `logs/<name>.log` of the state folder. The server is recorded in the state folder at once, so
 * `stopAll` also stops a server that never became ready.
 * @throws AirlockError `server-failed` with the last lines of the log, if the server cannot be started, ends or is not
 * ready in time. A server that still runs is then stopped.
 */
export async function startServer(state: StateFolder, spec: ServerSpec): Promise<RunningServer> {
  const log = join(await state.folder('logs'), `${spec.name}.log`);
  const { child, logStart } = launch(spec, log);
  const failed = new Promise<string>((resolve) => {
    child.once('error', (error) => {
      resolve(`could not be started: ${error.message}`);
    });
    child.once('exit', (code, signal) => {
      resolve(`ended before it was ready (${signal ?? `exit code ${String(code)}`})`);
    });
  });
  const record = recordOf(child, spec);
  if (record) await state.record(record);
  child.unref();

  const waiting = new AbortController();
  const problem = record ? await Promise.race([failed, untilReady(spec, waiting.signal)]) : await failed;
  waiting.abort();
  if (record && problem === undefined) {
    return { name: spec.name, pid: record.pid, stop: () => stopOne(state, record) };
  }
  if (record) await stopOne(state, record);
  const lines = await tailOf(log, logStart);
  const message = `${spec.name} ${problem ?? ''}: correct what its log shows, then start it again. Its log is ${log}${lines ? `, which ends with:\n${lines}` : ' and is empty'}`;
  throw new AirlockError({ code: 'server-failed', message, details: { server: spec.name, log } });
}

/**
 * Stops all recorded processes, those with the highest `order` first. If the kernel has given a recorded pid to another
 * process (with another start time or boot id), that process is not stopped: only the record is deleted.
 * @returns the names of the processes that were running.
 */
export async function stopAll(state: StateFolder): Promise<string[]> {
  const records = await state.records();
  const orders = [...new Set(records.map((record) => record.order))].sort((a, b) => b - a);
  const stopped: string[] = [];
  for (const order of orders) {
    const group = records.filter((record) => record.order === order);
    const running = group.filter(isAlive);
    await Promise.all(group.map((record) => stopOne(state, record)));
    stopped.push(...running.map((record) => record.name));
  }
  return stopped;
}

/**
 * Sends a signal to one server, waits until the server has ended, and deletes its record. As after a crash, the child
 * processes of the server go on running.
 * @returns the pid of the server. @throws AirlockError `server-not-running` or `server-stuck`.
 */
export async function killServer(
  state: StateFolder,
  name: string,
  signalName: NodeJS.Signals = 'SIGKILL',
): Promise<number> {
  const record = (await state.records()).find((each) => each.name === name && isAlive(each));
  if (!record)
    throw new AirlockError({
      code: 'server-not-running',
      message: `${name} does not run in ${state.path}: start the stack again`,
    });
  signal(record.pid, signalName);
  if (!(await endedWithin(record, stopDeadlineMs))) throw stuck(record);
  await state.forget(record.pid);
  return record.pid;
}

/**
 * Returns true if the recorded process runs. Returns false if it has ended, even if another process now has its pid.
 */
export async function alive(record: ProcessRecord): Promise<boolean> {
  return Promise.resolve(isAlive(record));
}

function isAlive(record: ProcessRecord): boolean {
  const found = identityOf(record.pid);
  return found?.startTime === record.startTime && found.bootId === record.bootId;
}

function launch(spec: ServerSpec, log: string): { child: ChildProcess; logStart: number } {
  const output = openSync(log, 'a', 0o600);
  try {
    const logStart = fstatSync(output).size;
    const child = spawn(spec.command, spec.args, {
      detached: true,
      stdio: ['ignore', output, output],
      env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', ...spec.env },
      cwd: spec.cwd,
      ...spec.user,
    });
    return { child, logStart };
  } finally {
    closeSync(output);
  }
}

function recordOf(child: ChildProcess, spec: ServerSpec): ProcessRecord | undefined {
  // If the child has already ended, `identityOf` returns undefined, and there is nothing to record.
  const identity = child.pid === undefined ? undefined : identityOf(child.pid);
  if (child.pid === undefined || identity === undefined) return undefined;
  return omitUndefined({
    name: spec.name,
    pid: child.pid,
    ...identity,
    order: spec.order,
    stopSignal: spec.stopSignal,
  });
}

/** Waits until the server is ready. @returns the problem if it is not ready in time, otherwise undefined. */
async function untilReady({ name, deadlineMs, ready }: ServerSpec, signal: AbortSignal): Promise<string | undefined> {
  const otherwise = (problem: string | undefined): string =>
    `was not ready after ${deadlineMs / 1000} s${problem === undefined ? '' : ` (last answer: ${problem})`}`;
  const tolerate = (): boolean => true; // an error means that the server does not answer yet
  const outcome = await waitFor({ what: name, every: pollMs, within: deadlineMs, signal, tolerate, otherwise }, ready);
  return outcome === true ? undefined : outcome;
}

async function stopOne(state: StateFolder, record: ProcessRecord): Promise<void> {
  if (isAlive(record)) signal(record.pid, record.stopSignal ?? 'SIGTERM');
  if (!(await endedWithin(record, stopDeadlineMs))) {
    signal(-record.pid, 'SIGKILL'); // a negative pid kills the process group, so the children of the server too
    if (!(await endedWithin(record, stopDeadlineMs))) throw stuck(record);
  }
  await state.forget(record.pid);
}

function endedWithin(record: ProcessRecord, within: number): Promise<boolean> {
  const wait = { what: `the end of ${record.name}`, every: pollMs, within, otherwise: () => false };
  return waitFor(wait, () => !isAlive(record));
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // the process has just ended by itself
  }
}

function stuck(record: ProcessRecord): AirlockError {
  const message = `${record.name} (pid ${String(record.pid)}) did not end within ${String(stopDeadlineMs / 1000)} s after the last signal: the kernel may block the process; check the disk of this machine`;
  return new AirlockError({ code: 'server-stuck', message, details: { ...record } });
}
