import { setTimeout as sleep } from 'node:timers/promises';
import { escapeForTerminal } from '../lib/escape-for-terminal.ts';
import { AirlockError } from '../lib/error.ts';
import { jittered } from './jittered.ts';

/** All times in milliseconds. */
interface WaitOptions<E> {
  /** For the error: `the nodes to be ready`. */
  what: string;
  /** Pause between two probes. */
  every: number;
  /** From the call until it gives up. A probe under way is not cut short: its own calls need deadlines. */
  within: number;
  /** Lengthens each pause by up to this fraction, at random: for waits that several processes make together. */
  jitter?: number;
  /** Ends the wait: it rejects with the signal's reason. */
  signal?: AbortSignal;
  /** Errors of the probe that mean "not yet". By default an error of the probe ends the wait. */
  tolerate?: (error: unknown) => boolean;
  /** The result, or the error, where the time is over. Gets the last tolerated error's message, if the last probe failed. */
  otherwise?: (problem: string | undefined) => E;
}

const longestProblem = 300;

/**
 * Polls until the probe gives a value, that is neither `undefined` nor `false`, and returns the value. Probes at once,
 * and for the last time when the time is over.
 * @throws AirlockError `wait-timeout` (ask) that names what it waited for and the probe's last error.
 */
export async function waitFor<T, E = never>(
  options: WaitOptions<E>,
  probe: () => T | false | undefined | Promise<T | false | undefined>,
): Promise<T | E> {
  const { what, every, within, jitter = 0, signal, tolerate = () => false, otherwise } = options;
  const end = performance.now() + within;
  for (let last = false; ;) {
    signal?.throwIfAborted();
    const { value, problem } = await tried(probe, tolerate);
    if (value !== undefined && value !== false) return value;
    const left = end - performance.now();
    if (last || left <= 0) {
      if (otherwise) return otherwise(problem);
      throw timeout(what, within, problem);
    }
    const next = jittered(every, jitter);
    last = next >= left;
    await pause(Math.ceil(Math.min(next, left)), signal);
  }
}

async function tried<T>(
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

async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  await sleep(ms, undefined, signal ? { signal } : {}).catch((error: unknown) => {
    throw signal?.aborted ? signal.reason : error;
  });
}

function timeout(what: string, within: number, problem: string | undefined): AirlockError {
  const last = problem === undefined ? '' : ` (last error: ${escapeForTerminal(problem.slice(0, longestProblem))})`;
  return new AirlockError({
    code: 'wait-timeout',
    message: `gave up waiting for ${what} after ${within / 1000} s${last}; look at the logs, then try again`,
  });
}
