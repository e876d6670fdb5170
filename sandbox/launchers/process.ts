import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { isAbsolute, join, relative } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { AirlockError, badInput } from '../../src/lib/error.ts';
import { cutSecrets } from '../../src/lib/secrets/cut-secrets.ts';
import type { Bundle } from '../../src/domain/rehearsal/snapshot.ts';
import type { Sandbox } from '../../src/observation/ports.ts';
import { confinedCommand, notConfinedExitCode } from './confined.ts';
import { createSlotRunner } from './slots.ts';

/** How rehearsals run as child processes. The launcher is the process that starts them. */
export interface ProcessSandboxOptions {
  /** Absolute paths of etcd, kube-apiserver, kube-controller-manager, kube-scheduler and kwok. */
  programs: Record<string, string>;
  /** Path of the Node.js executable (version 24). */
  node: string;
  /** Longest time of one rehearsal. The wait for a slot does not count. */
  deadlineSeconds: number;
  /**
   * Absolute paths of folders that contain secrets of the launcher. A rehearsal sees these folders empty. They must not
   * contain a file that a rehearsal needs.
   */
  hide: readonly string[];
  /** Number of slots: how many rehearsals may run at the same time. 2 by default. */
  concurrency?: number;
}

/** The script of the runner, which is the process of one rehearsal. */
const runnerScript = fileURLToPath(new URL('../main.ts', import.meta.url));
const maxReportBytes = 8 * 1024 * 1024;
const maxErrorBytes = 16 * 1024;
/**
 * Longest wait for a slot. The Temporal activity `rehearse` times out after 240 s. This is more than the longest wait
 * and the default of `deadlineSeconds` (120) together.
 */
const waitSeconds = 90;

/**
 * Returns a sandbox that runs each rehearsal as a child process in its own Linux namespaces. A rehearsal has no network
 * except loopback, and cannot read the hidden folders. When a rehearsal ends, every process that the rehearsal started
 * ends too. If all slots are taken, a rehearsal waits for a slot.
 * @throws AirlockError `bad-input` if a path in `hide` is not absolute, or if a hidden folder contains a file or
 *   folder that a rehearsal needs.
 */
export function createProcessSandbox(options: ProcessSandboxOptions): Sandbox {
  for (const folder of options.hide) checkHiddenFolder(folder, options);
  const inSlot = createSlotRunner({ concurrency: options.concurrency ?? 2, waitSeconds });
  return { rehearse: (bundle) => inSlot(() => withScratch((scratch) => runOnce(options, scratch, bundle))) };
}

function checkHiddenFolder(folder: string, { programs, node }: ProcessSandboxOptions): void {
  const needed = [...Object.values(programs), node, runnerScript, tmpdir()];
  const neededInside = needed.find((path) => !relative(folder, path).startsWith('..'));
  if (!isAbsolute(folder)) throw badInput('hide', `${folder} is not an absolute path`);
  if (neededInside) {
    const problem = `${folder} cannot be hidden, because a rehearsal needs ${neededInside}`;
    throw badInput('hide', `${problem}: keep secrets in a separate folder`);
  }
}

/** Runs `work` with a new folder, and then removes the folder. */
async function withScratch<T>(work: (scratch: string) => Promise<T>): Promise<T> {
  const scratch = await mkdtemp(join(tmpdir(), 'airlock-sandbox-'));
  try {
    return await work(scratch);
  } finally {
    // The runner removes this folder too, unless the runner is killed.
    await rm(scratch, { recursive: true, force: true });
  }
}

async function runOnce(options: ProcessSandboxOptions, scratch: string, bundle: Bundle): Promise<unknown> {
  const programs = JSON.stringify(options.programs);
  const run = [options.node, runnerScript, '--programs', programs, '--scratch', scratch, '--lifeline'];
  const [command = '', ...args] = confinedCommand(
    { hide: options.hide, launcherIsRoot: process.getuid?.() === 0 },
    run,
  );
  // The fourth pipe (file descriptor 3) carries no data. The kernel closes the pipe when the launcher ends. With
  // `--lifeline`, the runner then ends too.
  const stdio: StdioOptions = ['pipe', 'pipe', 'pipe', 'pipe'];
  const child = spawn(command, args, { env: {}, cwd: scratch, detached: true, stdio });
  // `child` emits `close` only after each pipe has emitted `close`. Without `resume` the fourth pipe never does.
  (child.stdio[3] as Readable).resume();
  const report = collect(child.stdout, maxReportBytes, () => killGroup(child));
  const errors = collect(child.stderr, maxErrorBytes, () => undefined);
  const input = child.stdin as Writable;
  // Writing fails if the child ends early. The exit code of the child is checked below.
  input.once('error', () => undefined);
  input.end(JSON.stringify(bundle));
  let timedOut = false;
  const deadline = setTimeout(() => {
    timedOut = true;
    killGroup(child);
  }, options.deadlineSeconds * 1000);
  try {
    const code = await exitCodeOf(child);
    if (timedOut) throw timeoutError(options.deadlineSeconds, (await errors).text);
    if (code !== 0) throw failure(code, (await errors).text);
    return parseReport(await report);
  } finally {
    clearTimeout(deadline);
    killGroup(child);
  }
}

/** The text that a stream delivered. If `complete` is false, the stream delivered more bytes than `text` contains. */
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

/**
 * Waits until the child has ended. @returns its exit code, or -1 if a signal ended the child.
 * @throws AirlockError `sandbox-unavailable` if the child could not be started.
 */
function exitCodeOf(child: ChildProcess): Promise<number> {
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

function parseReport({ text, complete }: Collected): unknown {
  if (!complete) throw failure(0, `the report is larger than ${maxReportBytes} bytes`);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw failure(0, `the report is not JSON: ${(error as Error).message}`);
  }
}

// Matches the errors of `unshare`, except one: if a signal ends the command, `unshare` prints an error about
// `sigprocmask`. Every other error means that `unshare` did not create the namespaces.
const unshareError = /^unshare: (?!sigprocmask )/m;

function failure(code: number, problem: string): AirlockError {
  if (code === notConfinedExitCode || unshareError.test(problem)) return unavailable(problem);
  const shown = cutSecrets(problem.slice(-8000)).trim().slice(-2000) || 'the process printed no error';
  const message =
    `the process of the rehearsal failed with exit code ${code}: ` +
    `correct the problem, then rehearse again; problem: ${shown}`;
  return new AirlockError({ code: 'sandbox-failed', message });
}

function timeoutError(seconds: number, output: string): AirlockError {
  const message =
    `the rehearsal did not finish within ${seconds} s and was stopped: rehearse again when this machine has less load; ` +
    `output of the rehearsal: ${cutSecrets(output).trim().slice(0, 800) || 'none'}`;
  return new AirlockError({ code: 'sandbox-timeout', message });
}

function unavailable(problem: string): AirlockError {
  const message =
    `this machine cannot isolate a rehearsal in Linux namespaces: ${cutSecrets(problem).trim().slice(0, 500)}; ` +
    'install util-linux and iproute2, and allow unprivileged user namespaces or run as root';
  return new AirlockError({ code: 'sandbox-unavailable', message });
}
