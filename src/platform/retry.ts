import { setTimeout as sleep } from 'node:timers/promises';
import { jittered } from './jittered.ts';

/** When and how often `retry` tries again. */
interface RetryOptions {
  /** Largest number of attempts, including the first. */
  tries: number;
  /** Pause before the next attempt after this error, milliseconds; undefined if another attempt is pointless. */
  pauseMs: (error: unknown) => number | undefined;
  /** Lengthens each pause at random by up to this fraction, because several processes may retry together. */
  jitter: number;
}

/** Does the work again after transient errors. @throws the last error, unchanged. */
export async function retry<T>({ tries, pauseMs, jitter }: RetryOptions, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const pause = attempt < tries ? pauseMs(error) : undefined;
      if (pause === undefined) throw error;
      await sleep(jittered(pause, jitter));
    }
  }
}
