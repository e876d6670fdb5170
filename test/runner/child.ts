import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { kill, watchDescendants } from './descendants.ts';

/** A program to run. */
export interface Child {
  command: string;
  args: string[];
  cwd: string;
  deadlineSeconds: number;
  /** How long descendants of the child may outlive it. */
  graceSeconds?: number;
  /** Ends the child when the run is interrupted. */
  stop: AbortSignal;
}

/** How the program ended. */
export interface Ended {
  ok: boolean;
  stdout: string;
  /** Standard output and error, in the order in which they arrived. */
  output: string;
  /** Problems that the program's output does not show, such as a missed deadline. */
  problems: string[];
}

/** Runs a program until it ends or reaches its deadline. A descendant that outlives it is a problem and is killed. */
export async function runChild(options: Child): Promise<Ended> {
  const { command, args, cwd, deadlineSeconds, graceSeconds = 3, stop } = options;
  const mark = randomUUID();
  const env = { ...process.env, AIRLOCK_TEST_CHILD: mark };
  const child = spawn(command, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, output] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const exited = once(child, 'exit') as Promise<[number | null, string | null]>;
  const pid = await started(child, exited);
  using descendants = watchDescendants(pid, mark);
  const problems: string[] = [];
  const end = (): void => kill(-pid);
  const deadline = setTimeout(() => {
    problems.push(`still ran after ${String(deadlineSeconds)} s and was killed: a test hangs or leaves a handle open`);
    end();
  }, deadlineSeconds * 1000);
  stop.addEventListener('abort', end, { once: true });
  const [code, signal] = await exited;
  clearTimeout(deadline);
  stop.removeEventListener('abort', end);
  const left = await descendants.remove(stop.aborted ? 0 : graceSeconds * 1000);
  if (signal && problems.length === 0) problems.push(`was ended by ${signal}`);
  if (left.length > 0) problems.push(`left processes behind, which were killed:\n  ${left.join('\n  ')}`);
  return { ok: code === 0 && problems.length === 0, stdout, output, problems };
}

async function started(child: { pid?: number | undefined }, exited: Promise<unknown>): Promise<number> {
  if (child.pid === undefined) await exited; // rejects with the error of the start
  return child.pid ?? 0;
}
