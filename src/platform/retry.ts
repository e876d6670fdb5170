import { jittered } from './jittered.ts';
import { pause } from './pause.ts';

/** How often `retry` calls `work`, and how long `retry` pauses in between. */
interface RetryOptions {
  /** Largest number of attempts, including the first. */
  tries: number;
  /** Returns the pause before the next attempt, milliseconds. Returns undefined if `retry` must throw this error. */
  pauseMs: (error: unknown) => number | undefined;
  /** Lengthens each pause at random by up to this fraction, because several processes may retry at the same time. */
  jitter: number;
}

/**
 * Calls `work` until an attempt succeeds, the number of attempts reaches `tries`, or `pauseMs` returns undefined.
 * `attempt` counts from 1.
 * @throws the error of the last attempt, unchanged.
 */
export async function retry<T>(
  { tries, pauseMs, jitter }: RetryOptions,
  work: (attempt: number) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work(attempt);
    } catch (error) {
      const delay = attempt < tries ? pauseMs(error) : undefined;
      if (delay === undefined) throw error;
      await pause(jittered(delay, jitter));
    }
  }
}
