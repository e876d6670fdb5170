import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { isAbsolute, join, relative } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { AirlockError, badInput } from '../../src/lib/error.ts';
import type { Bundle } from '../../src/domain/rehearsal/snapshot.ts';
import type { Sandbox } from '../../src/observation/ports.ts';
import { confined, notConfined } from './confined.ts';
import { createSlots } from './slots.ts';

/** How rehearsals run as child processes. */
export interface ProcessSandboxOptions {
  /** Absolute paths of etcd, kube-apiserver, kube-controller-manager, kube-scheduler and kwok. */
  programs: Record<string, string>;
  /** Path of the Node.js executable (version 24). */
  node: string;
  /** Longest time of one rehearsal, from its start to its report. */
  deadlineSeconds: number;
  /**
   * Absolute paths of folders with the launcher's secrets. A rehearsal sees these folders empty, so keep the files that
   * a rehearsal needs elsewhere.
   */
  hide: readonly string[];
  /** How many rehearsals may run at the same time (2 by default). */
  concurrency?: number;
}

const runner = fileURLToPath(new URL('../main.ts', import.meta.url));
const maxReportBytes = 8 * 1024 * 1024;
const maxErrorBytes = 16 * 1024;
/**
 * Longest wait for a slot. The timeout of the Temporal activity that rehearses is longer than this wait plus
 * `deadlineSeconds`.
 */
const waitSeconds = 90;

/**
 * Runs each rehearsal as a child process in its own Linux namespaces. A rehearsal has no network and cannot read the
 * hidden folders. When a rehearsal ends, every process that it started ends too. At most `concurrency` rehearsals run
 * at once; the others wait in order.
 * @throws AirlockError `bad-input` if a path in `hide` is not absolute, or if a hidden folder contains a file or
 *   folder that a rehearsal needs.
 */
export function createProcessSandbox(options: ProcessSandboxOptions): Sandbox {
  for (const folder of options.hide) requireUsable(folder, options);
  const slots = createSlots({ concurrency: options.concurrency ?? 2, waitSeconds });
  return { rehearse: (bundle) => slots(() => inScratch((scratch) => runOnce(options, scratch, bundle))) };
}

function requireUsable(folder: string, { programs, node }: ProcessSandboxOptions): void {
  const needed = [...Object.values(programs), node, runner, join(tmpdir(), 'any')];
  const below = needed.find((path) => !relative(folder, path).startsWith('..'));
  if (!isAbsolute(folder)) throw badInput('hide', `${folder} is not an absolute path`);
  if (below) {
    const problem = `${folder} is hidden from rehearsals, but they need ${below}: keep secrets in a separate folder`;
    throw badInput('hide', problem);
  }
}

async function inScratch<T>(work: (scratch: string) => Promise<T>): Promise<T> {
  const scratch = await mkdtemp(join(tmpdir(), 'airlock-sandbox-'));
  try {
    return await work(scratch);
  } finally {
    // The runner also removes this folder, but not if the runner is killed.
    await rm(scratch, { recursive: true, force: true });
  }
}

async function runOnce(options: ProcessSandboxOptions, scratch: string, bundle: Bundle): Promise<unknown> {
  const programs = JSON.stringify(options.programs);
  const run = [options.node, runner, '--programs', programs, '--scratch', scratch, '--lifeline'];
  const [command = '', ...args] = confined({ hide: options.hide, root: process.getuid?.() === 0 }, run);
  // The fourth pipe (file descriptor 3) carries no data. The kernel closes this pipe when this process ends. Then the
  // runner ends too.
  const stdio: StdioOptions = ['pipe', 'pipe', 'pipe', 'pipe'];
  const child = spawn(command, args, { env: {}, cwd: scratch, detached: true, stdio });
  // Without `resume` the fourth pipe never emits `close`, and `child` emits `close` only after all its pipes.
  (child.stdio[3] as Readable).resume();
  const report = collect(child.stdout, maxReportBytes, () => killGroup(child));
  const errors = collect(child.stderr, maxErrorBytes, () => undefined);
  const input = child.stdin as Writable;
  input.once('error', () => undefined); // if the child ends early, its standard error says why
  input.end(JSON.stringify(bundle));
  let timedOut = false;
  const deadline = setTimeout(() => {
    timedOut = true;
    killGroup(child);
  }, options.deadlineSeconds * 1000);
  try {
    const code = await ended(child);
    if (timedOut) throw timeoutError(options.deadlineSeconds, (await errors).text);
    if (code !== 0) throw failure(code, (await errors).text);
    return parsed(await report);
  } finally {
    clearTimeout(deadline);
    killGroup(child);
  }
}

interface Collected {
  text: string;
  complete: boolean;
}

function collect(stream: NodeJS.ReadableStream | null, maxBytes: number, onTooLarge: () => void): Promise<Collected> {
  const chunks: Buffer[] = [];
  let size = 0;
  return new Promise((resolve) => {
    stream?.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= maxBytes) chunks.push(chunk);
      else onTooLarge();
    });
    stream?.once('close', () => resolve({ text: Buffer.concat(chunks).toString('utf8'), complete: size <= maxBytes }));
  });
}

function ended(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', (error) => reject(unavailable(error.message)));
    child.once('close', (code) => resolve(code ?? -1));
  });
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // the group has already ended
  }
}

function parsed({ text, complete }: Collected): unknown {
  if (!complete) throw failure(0, `the report is larger than ${maxReportBytes} bytes`);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw failure(0, `the report is not JSON: ${(error as Error).message}`);
  }
}

// Matches the error that unshare prints if it cannot set up the namespaces. Does not match the error about
// `sigprocmask`, which unshare prints when a signal ended the child.
const setUpFailed = /^unshare: (?!sigprocmask )/m;

function failure(code: number, output: string): AirlockError {
  if (code === notConfined || setUpFailed.test(output)) return unavailable(output);
  const message = `the runner of the rehearsal failed (exit code ${code}): correct what its output shows, then rehearse again; output: ${output.trim().slice(-2000) || 'none'}`;
  return new AirlockError({ code: 'sandbox-failed', message });
}

function timeoutError(seconds: number, output: string): AirlockError {
  const message = `the rehearsal did not finish within ${seconds} s and was stopped: rehearse again when this machine has less load; its progress: ${output.trim().slice(0, 800)}`;
  return new AirlockError({ code: 'sandbox-timeout', message });
}

function unavailable(output: string): AirlockError {
  const message =
    `this machine does not allow the Linux namespaces that a rehearsal needs: ${output.trim().slice(0, 500)}; ` +
    'allow unprivileged user namespaces or run as root, with util-linux and iproute2 installed';
  return new AirlockError({ code: 'sandbox-unavailable', message });
}
