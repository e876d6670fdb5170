import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AirlockError } from '../../src/lib/error.ts';
import { waitFor } from '../../src/platform/wait-for.ts';

/** A program to start as a child process. */
interface ChildSpec {
  name: string;
  command: string;
  args: string[];
  cwd: string;
  /** Longest time until the program is ready. */
  deadlineMs: number;
  /** Returns true when the program is ready. May throw while the program does not answer yet. */
  ready: () => Promise<boolean>;
}

/** The child processes of the runner (the process of one rehearsal). Call `stopAll` before the runner ends. */
export interface ChildPrograms {
  /**
   * Starts a program and resolves when the program is ready.
   * @throws AirlockError `sandbox-program-failed` if the program ends or is not ready in time.
   */
  start(spec: ChildSpec): Promise<{ stop(): Promise<void> }>;
  /**
   * Rejects with `sandbox-program-failed` when a program ends without a call of `stop` or `stopAll`. Never resolves.
   */
  readonly failure: Promise<never>;
  /** Kills the programs that still run. */
  stopAll(): Promise<void>;
}

const pollMs = 50;
/**
 * The whole environment of the programs. `GOGC` makes the Go programs collect garbage less often, because they run only
 * for a short time. This saves a third of the CPU time until the API server is ready, and costs 60 MB of memory.
 */
const env = { GOGC: '400' };

/**
 * Returns an object that starts child processes. The output of a program goes to `<name>.log` in the folder `logs`. If
 * a program fails, the error contains the last lines of this output.
 */
export function createChildPrograms(logs: string): ChildPrograms {
  const { promise: failure, reject: fail } = Promise.withResolvers<never>();
  // Without this handler, a rejection before the runner awaits `failure` would end the process.
  failure.catch(() => undefined);
  const children = new Set<{ child: ChildProcess; ended: Promise<string> }>();
  let stopped = false;
  return {
    failure,
    async start(spec) {
      const child = launch(spec, join(logs, `${spec.name}.log`));
      const ended = new Promise<string>((resolve) => {
        child.once('error', (error) => resolve(error.message));
        child.once('exit', (code, signal) => resolve(signal ?? `exit code ${String(code)}`));
      });
      children.add({ child, ended });
      let stopping = false;
      const problem = await Promise.race([ended, waitUntilReady(spec)]);
      void ended.then(async (how) => (stopping || stopped ? undefined : fail(await failureOf(spec, how, logs))));
      if (problem !== undefined) throw await failureOf(spec, problem, logs);
      const stop = async (): Promise<void> => {
        stopping = true;
        child.kill('SIGKILL');
        await ended;
      };
      return { stop };
    },
    async stopAll() {
      stopped = true;
      // The data of the programs is not kept, so they need no graceful shutdown.
      for (const { child } of children) child.kill('SIGKILL');
      await Promise.all([...children].map(({ ended }) => ended));
    },
  };
}

function launch(spec: ChildSpec, log: string): ChildProcess {
  const output = openSync(log, 'a', 0o600);
  try {
    return spawn(spec.command, spec.args, { cwd: spec.cwd, env, stdio: ['ignore', output, output] });
  } finally {
    closeSync(output);
  }
}

/** Waits until the program is ready. @returns the problem if the program is not ready in time, otherwise undefined. */
async function waitUntilReady({ name, deadlineMs, ready }: ChildSpec): Promise<string | undefined> {
  const otherwise = (problem = 'its probe failed'): string => `not ready after ${deadlineMs / 1000} s: ${problem}`;
  const tolerate = (): boolean => true; // `ready` throws while the program does not answer
  const outcome = await waitFor({ what: name, every: pollMs, within: deadlineMs, tolerate, otherwise }, ready);
  return outcome === true ? undefined : outcome;
}

async function failureOf(spec: ChildSpec, how: string, logs: string): Promise<AirlockError> {
  const log = await readFile(join(logs, `${spec.name}.log`), 'utf8');
  const lastLines = log.trimEnd().split('\n').slice(-5).join(' | ').slice(-1000);
  return new AirlockError({
    code: 'sandbox-program-failed',
    message: `${spec.name} of the sandbox failed (${how}): check CPU, memory and disk of this machine, then rehearse again; its last output: ${lastLines || 'none'}`,
  });
}
