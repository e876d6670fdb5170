import { setTimeout as sleep } from 'node:timers/promises';
import { jittered } from './jittered.ts';

export interface RetryOptions {
  /** Most tries, the first one included. */
  tries: number;
  /** Pause before the next try after this error, milliseconds; undefined where another try is pointless. */
  pauseMs: (error: unknown) => number | undefined;
  /** Lengthens each pause by up to this fraction, at random: several processes may try the same together. */
  jitter: number;
}

/** Does the work again after errors that another try may not meet. @throws the last error, as it is. */
export async function retry<T>({ tries, pauseMs, jitter }: RetryOptions, work: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await work();
    } catch (error) {
      const pause = tried < tries ? pauseMs(error) : undefined;
      if (pause === undefined) throw error;
      await sleep(jittered(pause, jitter));
    }
  }
}
