import { escapeForTerminal } from '../lib/escape-for-terminal.ts';
import { AirlockError } from '../lib/error.ts';
import { cutSecrets } from '../lib/secrets/cut-secrets.ts';
import { jittered } from './jittered.ts';
import { pause } from './pause.ts';

/** Options of `waitFor`. All times are in milliseconds. */
interface WaitOptions<E> {
  /** What the caller waits for, such as `the nodes to be ready`. The error message contains this text. */
  what: string;
  /** Pause between two calls of `probe`. */
  every: number;
  /**
   * Time after which `waitFor` gives up. `waitFor` does not interrupt a running call of `probe`. So a request that
   * `probe` sends needs a deadline of its own.
   */
  within: number;
  /**
   * Each pause is lengthened at random by at most this fraction: 0.2 means 20 %; 0 by default. Several processes that
   * wait for the same event then call `probe` at different moments.
   */
  jitter?: number;
  /**
   * If this signal is aborted, `waitFor` rejects with the signal's reason. A running call of `probe` is not
   * interrupted: if this call returns a value, `waitFor` returns this value.
   */
  signal?: AbortSignal;
  /**
   * Returns true for an error of `probe` that means "not yet". `waitFor` throws any other error at once. Without
   * `tolerate`, `waitFor` throws every error of `probe` at once.
   */
  tolerate?: (error: unknown) => boolean;
  /**
   * Called when the time is over. `waitFor` returns the result of `otherwise`, or throws the error of `otherwise`.
   * Without `otherwise`, `waitFor` throws `wait-timeout`.
   * @param problem message of the error of the last call of `probe`. Undefined if that call did not fail.
   */
  otherwise?: (problem: string | undefined) => E;
}

/** Longest text of a probe's error in the error message, in characters. */
const maxProblemLength = 300;

/**
 * Calls `probe` again and again until `probe` returns a value other than `undefined` and `false`. Returns this value.
 * Calls `probe` at once, after each pause, and for the last time when the time is over.
 * @throws AirlockError `wait-timeout` if the time is over and there is no `otherwise`.
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
      throw timeoutError(what, within, problem);
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

function timeoutError(what: string, within: number, problem: string | undefined): AirlockError {
  const last =
    problem === undefined ? '' : ` (last error: ${escapeForTerminal(cutSecrets(problem).slice(0, maxProblemLength))})`;
  return new AirlockError({
    code: 'wait-timeout',
    message: `gave up after ${within / 1000} s of waiting for ${what}${last}; look at the logs, then try again`,
  });
}
