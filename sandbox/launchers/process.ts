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
import { createTurns } from './slots.ts';

export interface ProcessSandboxOptions {
  /** Absolute paths of etcd, kube-apiserver, kube-controller-manager, kube-scheduler and kwok. */
  programs: Record<string, string>;
  /** Path of Node 24. */
  node: string;
  /** Longest time for one rehearsal, from start to report. */
  deadlineSeconds: number;
  /** Folders with the launcher's secrets, absolute: a rehearsal finds them empty. No program may be below one. */
  hide: readonly string[];
  /** How many rehearsals run at the same time. */
  atOnce?: number;
}

const runner = fileURLToPath(new URL('../main.ts', import.meta.url));
const mostReportBytes = 8 * 1024 * 1024;
const mostErrorBytes = 16 * 1024;
/** With a rehearsal's own deadline after it, it is still within the time that a workflow gives the activity. */
const waitSeconds = 90;

/**
 * Runs each rehearsal as a child in namespaces of its own: it reaches nothing, it cannot read the hidden folders, and
 * its end is the end of everything it started. Rehearsals beyond `atOnce` (2) wait, in order.
 * @throws AirlockError `bad-input` where a hidden folder holds what a rehearsal must read.
 */
export function createProcessSandbox(options: ProcessSandboxOptions): Sandbox {
  for (const folder of options.hide) refuseUnusable(folder, options);
  const turns = createTurns({ atOnce: options.atOnce ?? 2, waitSeconds });
  return { rehearse: (bundle) => turns(() => inScratch((scratch) => runOnce(options, scratch, bundle))) };
}

function refuseUnusable(folder: string, { programs, node }: ProcessSandboxOptions): void {
  const needed = [...Object.values(programs), node, runner, join(tmpdir(), 'any')];
  const below = needed.find((path) => !relative(folder, path).startsWith('..'));
  if (!isAbsolute(folder)) throw badInput('hide', `${folder} is not an absolute path`);
  if (below) throw badInput('hide', `${folder} is hidden from rehearsals, but they need ${below}; keep secrets apart`);
}

async function inScratch<T>(work: (scratch: string) => Promise<T>): Promise<T> {
  const scratch = await mkdtemp(join(tmpdir(), 'airlock-sandbox-'));
  try {
    return await work(scratch);
  } finally {
    await rm(scratch, { recursive: true, force: true }); // the runner removes it too, unless it was killed
  }
}

async function runOnce(options: ProcessSandboxOptions, scratch: string, bundle: Bundle): Promise<unknown> {
  const programs = JSON.stringify(options.programs);
  const run = [options.node, runner, '--programs', programs, '--scratch', scratch, '--lifeline'];
  const [command = '', ...args] = confined({ hide: options.hide, root: process.getuid?.() === 0 }, run);
  // The fourth pipe is never written: it closes when this process ends, however it ends, and ends the runner.
  const stdio: StdioOptions = ['pipe', 'pipe', 'pipe', 'pipe'];
  const child = spawn(command, args, { env: {}, cwd: scratch, detached: true, stdio });
  (child.stdio[3] as Readable).resume(); // else its end is never seen, and so not the child's
  const report = collect(child.stdout, mostReportBytes, () => killGroup(child));
  const errors = collect(child.stderr, mostErrorBytes, () => undefined);
  const input = child.stdin as Writable;
  input.once('error', () => undefined); // a child that ended early says why on standard error
  input.end(JSON.stringify(bundle));
  let late = false;
  const deadline = setTimeout(() => {
    late = true;
    killGroup(child);
  }, options.deadlineSeconds * 1000);
  try {
    const code = await ended(child);
    if (late) throw timedOut(options.deadlineSeconds, (await errors).text);
    if (code !== 0) throw failed(code, (await errors).text);
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

function collect(stream: NodeJS.ReadableStream | null, most: number, tooMuch: () => void): Promise<Collected> {
  const chunks: Buffer[] = [];
  let size = 0;
  return new Promise((resolve) => {
    stream?.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= most) chunks.push(chunk);
      else tooMuch();
    });
    stream?.once('close', () => resolve({ text: Buffer.concat(chunks).toString('utf8'), complete: size <= most }));
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
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // it has ended by itself
  }
}

function parsed({ text, complete }: Collected): unknown {
  if (!complete) throw failed(0, `the report is larger than ${mostReportBytes} bytes`);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw failed(0, `the report is not JSON: ${(error as Error).message}`);
  }
}

// What unshare says where it could not set up; its complaint about the signal that its child died of is another matter.
const notSetUp = /^unshare: (?!sigprocmask )/m;

function failed(code: number, words: string): AirlockError {
  if (code === notConfined || notSetUp.test(words)) return unavailable(words);
  const message = `the rehearsal's runner failed (exit code ${code}): ${words.trim().slice(-2000) || 'it said nothing'}`;
  return new AirlockError({ code: 'sandbox-failed', message, next: 'retry' });
}

function timedOut(seconds: number, words: string): AirlockError {
  const message = `the rehearsal was not finished after ${seconds} s and was stopped; it got to: ${words.trim().slice(0, 800)}`;
  return new AirlockError({ code: 'sandbox-timeout', message, next: 'retry' });
}

function unavailable(words: string): AirlockError {
  const message =
    `rehearsals need namespaces of their own, and they cannot be had here: ${words.trim().slice(0, 500)}; ` +
    'allow unprivileged user namespaces or run as root, with util-linux and iproute2 installed';
  return new AirlockError({ code: 'sandbox-unavailable', message, next: 'stop' });
}
