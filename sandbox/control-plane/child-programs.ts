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
  /** Longest time from the start until the program is ready. */
  deadlineMs: number;
  /** Returns true when the program is ready. May throw while the program does not answer yet. */
  ready: () => Promise<boolean>;
}

/** Starts and stops the child processes of the runner (the process of one rehearsal). */
export interface ChildPrograms {
  /**
   * Starts a program and resolves when the program is ready.
   * @throws AirlockError `sandbox-program-failed` if the program ends early or is not ready in time. A program that is
   * not ready in time runs on until `stopAll`.
   */
  start(spec: ChildSpec): Promise<{ stop(): Promise<void> }>;
  /**
   * Rejects with `sandbox-program-failed` when a program ends before `stop` or `stopAll` was called. Never resolves.
   */
  readonly failure: Promise<never>;
  /** Kills every program that still runs. Must be called before the runner ends. */
  stopAll(): Promise<void>;
}

const pollMs = 50;
/**
 * The only environment variable of the programs. It makes the Go programs collect garbage less often. This saves a
 * third of the CPU time until the API server is ready, and costs 60 MB of memory.
 */
const env = { GOGC: '400' };

/**
 * Creates the object that starts and stops child processes. The output of a program goes to `<name>.log` in the folder
 * `logs`. If a program fails, the error contains the last lines of this output.
 */
export function createChildPrograms(logs: string): ChildPrograms {
  const { promise: failure, reject: fail } = Promise.withResolvers<never>();
  // Without this handler, a rejection before the runner awaits `failure` would end the process.
  failure.catch(() => undefined);
  const children = new Set<{ child: ChildProcess; ended: Promise<string> }>();
  let stopAllCalled = false;
  return {
    failure,
    async start(spec) {
      const child = launch(spec, join(logs, `${spec.name}.log`));
      const ended = new Promise<string>((resolve) => {
        child.once('error', (error) => resolve(error.message));
        child.once('exit', (code, signal) => resolve(signal ?? `exit code ${String(code)}`));
      });
      children.add({ child, ended });
      let stopCalled = false;
      const problem = await Promise.race([ended, waitUntilReady(spec)]);
      void ended.then(async (reason) =>
        stopCalled || stopAllCalled ? undefined : fail(await failureOf(spec, reason, logs)),
      );
      if (problem !== undefined) throw await failureOf(spec, problem, logs);
      const stop = async (): Promise<void> => {
        stopCalled = true;
        child.kill('SIGKILL');
        await ended;
      };
      return { stop };
    },
    async stopAll() {
      stopAllCalled = true;
      // The programs need no graceful shutdown, because their data is not kept.
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
  const otherwise = (problem = 'the readiness probe did not succeed'): string =>
    `not ready after ${deadlineMs / 1000} s: ${problem}`;
  const tolerate = (): boolean => true; // `ready` throws while the program does not answer
  const outcome = await waitFor({ what: name, every: pollMs, within: deadlineMs, tolerate, otherwise }, ready);
  return outcome === true ? undefined : outcome;
}

async function failureOf(spec: ChildSpec, reason: string, logs: string): Promise<AirlockError> {
  const log = await readFile(join(logs, `${spec.name}.log`), 'utf8');
  const lastLines = log.trimEnd().split('\n').slice(-5).join(' | ').slice(-1000);
  return new AirlockError({
    code: 'sandbox-program-failed',
    message: `${spec.name} of the sandbox failed (${reason}): check CPU, memory and disk of this machine, then rehearse again; last output of ${spec.name}: ${lastLines || 'none'}`,
  });
}
