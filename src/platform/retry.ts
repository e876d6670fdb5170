import { jittered } from './jittered.ts';
import { pause } from './pause.ts';

/** When and how often `retry` tries again. */
interface RetryOptions {
  /** Largest number of attempts, including the first. */
  tries: number;
  /**
   * Returns the pause before the next attempt, milliseconds; undefined if there must be no attempt after this error.
   */
  pauseMs: (error: unknown) => number | undefined;
  /** Lengthens each pause at random by up to this fraction, because several processes may retry at the same time. */
  jitter: number;
}

/**
 * Calls `work` until it succeeds, `tries` is reached, or `pauseMs` allows no further attempt. `attempt` counts from 1.
 * @throws the last error, unchanged.
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
