import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Resolves after `ms` milliseconds, or earlier when `signal` is aborted. An abort does not throw, so the caller must
 * check the signal.
 */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  await sleep(ms, undefined, signal ? { signal } : {}).catch((error: unknown) => {
    if (!signal?.aborted) throw error;
  });
}
