import { escapeForTerminal } from '../lib/escape-for-terminal.ts';
import { AirlockError } from '../lib/error.ts';
import { jittered } from './jittered.ts';
import { pause } from './pause.ts';

/** All times in milliseconds. */
interface WaitOptions<E> {
  /** What the caller waits for, such as `the nodes to be ready`. Part of the error message. */
  what: string;
  /** Pause between two probes. */
  every: number;
  /** Longest time to wait. A running probe is not interrupted, so the requests that a probe sends need deadlines. */
  within: number;
  /** Lengthens each pause at random by up to this fraction, because several processes may wait at the same time. */
  jitter?: number;
  /** Ends the wait when the signal is aborted. `waitFor` then rejects with the signal's reason. */
  signal?: AbortSignal;
  /** Returns true for an error of the probe that means "not yet". By default every error ends the wait. */
  tolerate?: (error: unknown) => boolean;
  /**
   * Called when the time is over: returns the result of `waitFor`, or throws. By default `waitFor` throws
   * `wait-timeout`.
   * @param problem message of the last probe's error, if the last probe failed.
   */
  otherwise?: (problem: string | undefined) => E;
}

const longestProblem = 300;

/**
 * Calls `probe` again and again until it returns a value that is neither `undefined` nor `false`. Returns this value.
 * The first call is at once, and the last call is when the time is over.
 * @throws AirlockError `wait-timeout` with `what` and the last error of the probe. Its `next` is `ask`.
 */
export async function waitFor<T, E = never>(
  options: WaitOptions<E>,
  probe: () => T | false | undefined | Promise<T | false | undefined>,
): Promise<T | E> {
  const { what, every, within, jitter = 0, signal, tolerate = () => false, otherwise } = options;
  const end = performance.now() + within;
  for (let isLastProbe = false; ;) {
    signal?.throwIfAborted();
    const { value, problem } = await probeOnce(probe, tolerate);
    if (value !== undefined && value !== false) return value;
    const remaining = end - performance.now();
    if (isLastProbe || remaining <= 0) {
      if (otherwise) return otherwise(problem);
      throw timeout(what, within, problem);
    }
    const pauseMs = jittered(every, jitter);
    isLastProbe = pauseMs >= remaining;
    await pause(Math.ceil(Math.min(pauseMs, remaining)), signal);
  }
}

async function probeOnce<T>(
  probe: () => T | Promise<T>,
  tolerate: (error: unknown) => boolean,
): Promise<{ value?: T; problem?: string }> {
  try {
    return { value: await probe() };
  } catch (error) {
    if (!tolerate(error)) throw error;
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

function timeout(what: string, within: number, problem: string | undefined): AirlockError {
  const last = problem === undefined ? '' : ` (last error: ${escapeForTerminal(problem.slice(0, longestProblem))})`;
  return new AirlockError({
    code: 'wait-timeout',
    message: `gave up waiting for ${what} after ${within / 1000} s${last}; look at the logs, then try again`,
  });
}
