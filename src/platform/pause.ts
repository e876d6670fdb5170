import { setTimeout as sleep } from 'node:timers/promises';

/** Waits for `ms` milliseconds. If `signal` is aborted, the wait ends early and without an error. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  await sleep(ms, undefined, signal ? { signal } : {}).catch((error: unknown) => {
    if (!signal?.aborted) throw error;
  });
}
