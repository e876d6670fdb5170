import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, fstatSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { omitUndefined } from '../../src/lib/omit-undefined.ts';
import { AirlockError } from '../../src/lib/error.ts';
import { waitFor } from '../../src/platform/wait-for.ts';
import { lastLines } from './log-tail.ts';
import { identityOf } from './process-identity.mjs';
import type { ProcessRecord, StateFolder } from '../state/state.ts';
import type { SystemUser } from '../state/users.ts';

/** How to start a server of the stack or a process of Airlock. The comments of this file call both a server. */
export interface ServerSpec {
  name: string;
  command: string;
  args: string[];
  /** The environment of the server, in addition to PATH. The server inherits only PATH from this process. */
  env?: Record<string, string>;
  /**
   * The user that runs the server, without supplementary groups. Only root may set this field. Default: the user of
   * this process.
   */
  user?: SystemUser;
  /** The working directory. Default: the working directory of this process. */
  cwd?: string;
  /** The start fails if the server is not ready after this time. */
  deadlineMs: number;
  /** Returns true if the server is ready. Called again 50 ms after a result `false` or an error. */
  ready: () => Promise<boolean>;
  /** `stopAll` stops the servers with the highest number first. */
  order: number;
  /** The signal that asks the server to stop. Default: SIGTERM. */
  stopSignal?: NodeJS.Signals;
}

/** A server that has started and is ready. */
export interface RunningServer {
  name: string;
  pid: number;
  /** Stops the server, and deletes the record of the server. @throws AirlockError `server-stuck`. */
  stop(): Promise<void>;
}

const pollMs = 50;
const stopDeadlineMs = 10_000;

/**
 * Starts a server and waits until the server is ready. The server keeps running after this process has ended. The state
 * folder gets a record of the server before the wait. So `stopAll` also stops a server that is not ready yet. The
 * output of the server is appended to `logs/<name>.log` in the state folder.
 * @throws AirlockError `server-failed` if the server cannot be started, ends before it is ready, or is not ready in
 * time. In the last case the server is stopped first. The message contains the last lines of the log.
 * @throws AirlockError `server-stuck` if the server is not ready in time and cannot be stopped.
 */
export async function startServer(state: StateFolder, spec: ServerSpec): Promise<RunningServer> {
  const log = join(await state.folder('logs'), `${spec.name}.log`);
  const { child, logStart } = launch(spec, log);
  const failure = new Promise<string>((resolve) => {
    child.once('error', (error) => {
      resolve(`could not be started: ${error.message}`);
    });
    child.once('exit', (code, signal) => {
      resolve(`ended before it was ready (${signal ?? `exit code ${String(code)}`})`);
    });
  });
  const record = recordOf(child, spec);
  if (record) await state.writeRecord(record);
  child.unref();

  const waitingForReady = new AbortController();
  const problem = record ? await Promise.race([failure, untilReady(spec, waitingForReady.signal)]) : await failure;
  waitingForReady.abort();
  if (record && problem === undefined) {
    return { name: spec.name, pid: record.pid, stop: () => stopOne(state, record) };
  }
  if (record) await stopOne(state, record);
  const lines = await lastLines(log, logStart);
  const logText = lines ? `The log ${log} ends with:\n${lines}` : `The log ${log} has no new text.`;
  const message = `${spec.name} ${problem ?? ''}. Correct the cause, then start the stack again. ${logText}`;
  throw new AirlockError({ code: 'server-failed', message, details: { server: spec.name, log } });
}

/**
 * Stops all recorded servers, those with the highest `order` first, and deletes all records. If a recorded server has
 * ended, another process may have the same pid now. `stopAll` does not stop this other process.
 * @returns the names of the servers that were running.
 * @throws AirlockError `server-stuck`.
 */
export async function stopAll(state: StateFolder): Promise<string[]> {
  const records = await state.records();
  const orders = [...new Set(records.map((record) => record.order))].sort((a, b) => b - a);
  const stopped: string[] = [];
  for (const order of orders) {
    const group = records.filter((record) => record.order === order);
    const running = group.filter(isRunning);
    await Promise.all(group.map((record) => stopOne(state, record)));
    stopped.push(...running.map((record) => record.name));
  }
  return stopped;
}

/**
 * Sends a signal to one server, waits until the server has ended, and deletes the record of the server. As in a crash,
 * the child processes of the server get no signal.
 * @returns the pid of the server.
 * @throws AirlockError `server-not-running` or `server-stuck`.
 */
export async function killServer(
  state: StateFolder,
  name: string,
  signal: NodeJS.Signals = 'SIGKILL',
): Promise<number> {
  const record = (await state.records()).find((each) => each.name === name && isRunning(each));
  if (!record)
    throw new AirlockError({
      code: 'server-not-running',
      message: `server ${name} of the stack in ${state.path} is not running: start the stack again`,
    });
  sendSignal(record.pid, signal);
  if (!(await endsInTime(record))) throw stuck(record, signal);
  await state.deleteRecord(record.pid);
  return record.pid;
}

/**
 * Returns true if the recorded process is running. Returns false if the recorded process has ended, even if another
 * process has the same pid now.
 */
export function isRunning(record: ProcessRecord): boolean {
  const found = identityOf(record.pid);
  return found?.startTime === record.startTime && found.bootId === record.bootId;
}

/** @returns the started child. `logStart`: the size of the log before the start, in bytes. */
function launch(spec: ServerSpec, log: string): { child: ChildProcess; logStart: number } {
  const logFile = openSync(log, 'a', 0o600);
  try {
    const logStart = fstatSync(logFile).size;
    const child = spawn(spec.command, spec.args, {
      detached: true,
      stdio: ['ignore', logFile, logFile],
      env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', ...spec.env },
      cwd: spec.cwd,
      ...spec.user,
    });
    return { child, logStart };
  } finally {
    closeSync(logFile);
  }
}

/** Returns undefined if the child could not be started or has already ended. */
function recordOf(child: ChildProcess, spec: ServerSpec): ProcessRecord | undefined {
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

/** Waits until the server is ready. @returns undefined, or the problem if the server is not ready in time. */
async function untilReady({ name, deadlineMs, ready }: ServerSpec, abort: AbortSignal): Promise<string | undefined> {
  const otherwise = (problem: string | undefined): string =>
    `was not ready after ${deadlineMs / 1000} s${problem === undefined ? '' : ` (last error: ${problem})`}`;
  const tolerate = (): boolean => true; // an error of `ready` means that the server is not ready yet
  const outcome = await waitFor(
    { what: name, every: pollMs, within: deadlineMs, signal: abort, tolerate, otherwise },
    ready,
  );
  return outcome === true ? undefined : outcome;
}

/** Sends the stop signal. If the server does not end in time, kills the server and its child processes. */
async function stopOne(state: StateFolder, record: ProcessRecord): Promise<void> {
  if (isRunning(record)) sendSignal(record.pid, record.stopSignal ?? 'SIGTERM');
  if (!(await endsInTime(record))) {
    sendSignal(-record.pid, 'SIGKILL'); // a negative pid means the process group: the server and its child processes
    if (!(await endsInTime(record))) throw stuck(record, 'SIGKILL');
  }
  await state.deleteRecord(record.pid);
}

function endsInTime(record: ProcessRecord): Promise<boolean> {
  const wait = { what: `${record.name} to end`, every: pollMs, within: stopDeadlineMs, otherwise: () => false };
  return waitFor(wait, () => !isRunning(record));
}

function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // ESRCH: the process has already ended
  }
}

function stuck(record: ProcessRecord, signal: NodeJS.Signals): AirlockError {
  const message = `${record.name} (pid ${record.pid}) still runs ${stopDeadlineMs / 1000} s after ${signal}: the process may be waiting for a disk; check the disks of this machine`;
  return new AirlockError({ code: 'server-stuck', message, details: { ...record } });
}
