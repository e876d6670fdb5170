import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AirlockError } from '../../src/lib/error.ts';

/** One program of the sandbox. `ready` may throw as long as nothing answers. */
export interface ChildSpec {
  name: string;
  command: string;
  args: string[];
  cwd: string;
  deadlineMs: number;
  ready: () => Promise<boolean>;
}

/** Starts plain children of the runner; none of them outlives it. */
export interface ChildPrograms {
  start(spec: ChildSpec): Promise<{ stop(): Promise<void> }>;
  /** Rejects with `sandbox-program` as soon as a program ends that nobody stopped. Never resolves. */
  readonly failure: Promise<never>;
  /** Ends whatever still runs, at once. */
  stopAll(): Promise<void>;
}

const pollMs = 50;
/** Programs that live for seconds collect less garbage: a third less CPU until the API server is ready, 60 MB more. */
const env = { GOGC: '400' };

/** Output of each program goes to `<name>.log` in `logs`; of a failed one the end stands in the error. */
export function createChildPrograms(logs: string): ChildPrograms {
  const { promise: failure, reject: fail } = Promise.withResolvers<never>();
  failure.catch(() => undefined); // whoever runs the rehearsal waits for it too; it may end before that
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
      const problem = await Promise.race([ended, untilReady(spec)]);
      void ended.then(async (how) => (stopping || stopped ? undefined : fail(await broken(spec, how, logs))));
      if (problem !== undefined) throw await broken(spec, problem, logs);
      const stop = async (): Promise<void> => {
        stopping = true;
        child.kill('SIGKILL');
        await ended;
      };
      return { stop };
    },
    async stopAll() {
      stopped = true;
      // Nothing of them is kept, so nothing has to be finished.
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

async function untilReady(spec: ChildSpec): Promise<string | undefined> {
  const end = performance.now() + spec.deadlineMs;
  let last = 'it said no';
  while (performance.now() < end) {
    try {
      if (await spec.ready()) return undefined;
    } catch (error) {
      last = (error as Error).message;
    }
    await sleep(pollMs);
  }
  return `not ready after ${spec.deadlineMs / 1000} s: ${last}`;
}

async function broken(spec: ChildSpec, how: string, logs: string): Promise<AirlockError> {
  const log = await readFile(join(logs, `${spec.name}.log`), 'utf8');
  const words = log.trimEnd().split('\n').slice(-5).join(' | ').slice(-1000);
  return new AirlockError({
    code: 'sandbox-program',
    message: `${spec.name} of the sandbox ended too early (${how}): ${words || 'it said nothing'}`,
    next: 'retry',
  });
}
