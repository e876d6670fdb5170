import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { AirlockError } from '../../src/domain/error.ts';
import type { Bundle } from '../../src/domain/snapshot.ts';
import type { Sandbox } from '../../src/observation/ports.ts';

export interface ProcessSandboxOptions {
  /** Absolute paths of etcd, kube-apiserver, kube-controller-manager, kube-scheduler and kwok. */
  programs: Record<string, string>;
  /** Path of Node 24. */
  node: string;
  /** Longest time for one rehearsal, from start to report. */
  deadlineSeconds: number;
}

const runner = fileURLToPath(new URL('../main.ts', import.meta.url));
const mostReportBytes = 8 * 1024 * 1024;
const mostErrorBytes = 16 * 1024;
/** Exit code of the shell below where the network namespace has no loopback: nothing of the runner's has this one. */
const noNetwork = 97;

/**
 * Runs each rehearsal as a child in network and process namespaces of its own: it reaches nothing, and its end is the
 * end of everything it started. Any number may run at the same time.
 */
export function createProcessSandbox(options: ProcessSandboxOptions): Sandbox {
  return {
    async rehearse(bundle) {
      const scratch = await mkdtemp(join(tmpdir(), 'airlock-sandbox-'));
      try {
        return await runOnce(options, scratch, bundle);
      } finally {
        await rm(scratch, { recursive: true, force: true }); // the runner removes it too, unless it was killed
      }
    },
  };
}

/**
 * The command line. `--kill-child` and the process namespace: when unshare dies, so does everything inside.
 * Without root a user namespace comes first, in which the namespaces may be made (`-r`).
 */
export function commandLine(options: ProcessSandboxOptions, scratch: string, root: boolean): string[] {
  const namespaces = ['unshare', ...(root ? [] : ['--map-root-user']), '--net', '--pid', '--fork', '--kill-child'];
  const inside = `PATH=/usr/sbin:/usr/bin:/sbin:/bin; ip link set lo up || exit ${noNetwork}; exec "$@"`;
  const programs = JSON.stringify(options.programs);
  const run = [options.node, runner, '--programs', programs, '--scratch', scratch, '--lifeline'];
  return [...namespaces, '/bin/sh', '-c', inside, 'sh', ...run];
}

async function runOnce(options: ProcessSandboxOptions, scratch: string, bundle: Bundle): Promise<unknown> {
  const [command = '', ...args] = commandLine(options, scratch, process.getuid?.() === 0);
  // The fourth pipe is never written: it closes when this process ends, however it ends, and ends the runner.
  const child = spawn(command, args, { env: {}, detached: true, stdio: ['pipe', 'pipe', 'pipe', 'pipe'] });
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

function failed(code: number, words: string): AirlockError {
  if (code === noNetwork || /^unshare: /m.test(words)) return unavailable(words);
  const message = `the rehearsal's runner failed (exit code ${code}): ${words.trim().slice(-2000) || 'it said nothing'}`;
  return new AirlockError({ code: 'sandbox-failed', message, next: 'retry' });
}

function timedOut(seconds: number, words: string): AirlockError {
  const message = `the rehearsal was not finished after ${seconds} s and was stopped; it got to: ${words.trim().slice(0, 800)}`;
  return new AirlockError({ code: 'sandbox-timeout', message, next: 'retry' });
}

function unavailable(words: string): AirlockError {
  const message =
    `rehearsals need a network namespace of their own, and none can be had here: ${words.trim().slice(0, 500)}; ` +
    'allow unprivileged user namespaces or run as root, with util-linux and iproute2 installed';
  return new AirlockError({ code: 'sandbox-unavailable', message, next: 'stop' });
}
