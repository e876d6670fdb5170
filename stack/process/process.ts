import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, fstatSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { defined } from '../../src/lib/defined.ts';
import { AirlockError } from '../../src/lib/error.ts';
import { waitFor } from '../../src/platform/wait-for.ts';
import { tailOf } from './log-tail.ts';
import { identityOf } from './process-identity.mjs';
import type { ProcessRecord, StateFolder } from '../state/state.ts';

/** How to start a server. Its environment is `env` and PATH; nothing else is inherited. */
export interface ServerSpec {
  name: string;
  command: string;
  args: string[];
  env?: Record<string, string>;
  /** Runs the server as another user, without supplementary groups. Needs root. */
  user?: { uid: number; gid: number };
  cwd?: string;
  /** Longest time from the start until `ready` returns true, milliseconds. */
  deadlineMs: number;
  /** Polled every 50 ms. It may throw while the server does not answer yet. */
  ready: () => Promise<boolean>;
  /** Servers stop in descending order. */
  order: number;
  stopSignal?: NodeJS.Signals;
}

/** A server that has become ready. */
export interface RunningServer {
  name: string;
  pid: number;
  stop(): Promise<void>;
}

const pollMs = 50;
const stopDeadlineMs = 10_000;

/**
 * Starts a server that outlives this process and waits until it is ready. Its output is appended to `logs/<name>.log` of
 * the state folder. The process is recorded at once, so an interrupted start can be stopped.
 * @throws AirlockError `server-failed` with the log's last lines if the server ends or is not ready in time. It is stopped.
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
  const message = `${spec.name} ${problem ?? ''}; its log is ${log}${lines ? `, which ends with:\n${lines}` : ' and is empty'}`;
  throw new AirlockError({ code: 'server-failed', message, details: { server: spec.name, log } });
}

/**
 * Stops all recorded processes, in descending order, and returns the names of those that still ran. A pid with another
 * start time or of an earlier boot belongs to another process: only its record is deleted.
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
 * Kills one server as a crash would, without its child processes, and deletes its record.
 * @returns its pid. @throws AirlockError `server-not-running`.
 */
export async function killServer(state: StateFolder, name: string, how: NodeJS.Signals = 'SIGKILL'): Promise<number> {
  const record = (await state.records()).find((each) => each.name === name && isAlive(each));
  if (!record) throw new AirlockError({ code: 'server-not-running', message: `${name} does not run in ${state.path}` });
  signal(record.pid, how);
  if (!(await endedWithin(record, stopDeadlineMs))) throw stuck(record);
  await state.forget(record.pid);
  return record.pid;
}

/** True while the recorded process runs, not another one with its pid. */
export async function alive(record: ProcessRecord): Promise<boolean> {
  return Promise.resolve(isAlive(record));
}

function isAlive(record: ProcessRecord): boolean {
  const now = identityOf(record.pid);
  return now?.startTime === record.startTime && now.bootId === record.bootId;
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
  // A child that has already ended is a zombie until the event loop runs. Then there is nothing to record.
  const identity = child.pid === undefined ? undefined : identityOf(child.pid);
  if (child.pid === undefined || identity === undefined) return undefined;
  return defined({ name: spec.name, pid: child.pid, ...identity, order: spec.order, stopSignal: spec.stopSignal });
}

/** @returns the problem if the server is not ready in time. */
async function untilReady({ name, deadlineMs, ready }: ServerSpec, signal: AbortSignal): Promise<string | undefined> {
  const otherwise = (problem: string | undefined): string =>
    `was not ready after ${deadlineMs / 1000} s${problem === undefined ? '' : ` (last answer: ${problem})`}`;
  const tolerate = (): boolean => true; // the server does not answer yet
  const outcome = await waitFor({ what: name, every: pollMs, within: deadlineMs, signal, tolerate, otherwise }, ready);
  return outcome === true ? undefined : outcome;
}

async function stopOne(state: StateFolder, record: ProcessRecord): Promise<void> {
  if (isAlive(record)) signal(record.pid, record.stopSignal ?? 'SIGTERM');
  if (!(await endedWithin(record, stopDeadlineMs))) {
    signal(-record.pid, 'SIGKILL'); // it leads its process group, so this kills its children too
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
  const message = `${record.name} (pid ${String(record.pid)}) did not end after SIGKILL; it is blocked in the kernel: check its disk`;
  return new AirlockError({ code: 'server-stuck', message, details: { ...record } });
}
