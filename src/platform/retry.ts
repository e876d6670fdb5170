import { jittered } from './jittered.ts';
import { pause } from './pause.ts';

/** When and how often `retry` tries again. */
interface RetryOptions {
  /** Largest number of attempts, including the first. */
  tries: number;
  /** Pause before the next attempt after this error, milliseconds; undefined if another attempt is pointless. */
  pauseMs: (error: unknown) => number | undefined;
  /** Lengthens each pause at random by up to this fraction, because several processes may retry together. */
  jitter: number;
}

/** Does the work, and repeats it after transient errors. `attempt` counts from 1. @throws the last error, unchanged. */
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
