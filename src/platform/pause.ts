import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits for `ms` milliseconds. If `signal` is aborted, the wait ends early and without an error.
 * @param ref with `false`, the wait does not keep the process from ending.
 */
export async function pause(ms: number, signal?: AbortSignal, ref = true): Promise<void> {
  await sleep(ms, undefined, signal ? { signal, ref } : { ref }).catch((error: unknown) => {
    if (!signal?.aborted) throw error;
  });
}
