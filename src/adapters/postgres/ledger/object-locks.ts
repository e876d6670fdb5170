import type { ClusterObject } from '../../../domain/execution/object-key.ts';
import type { ObjectLocks } from '../../../execution/ledger-ports.ts';
import { acquireLeases, renewLeases, type LeaseKeys, type ObjectLeaseDeps } from './object-leases.ts';

/** How long the lock on an object lasts without a renewal, and how often a gateway renews the locks that it holds. */
export interface LeaseTimes {
  seconds: number;
  renewEveryMs: number;
}

/** After 30 s without a renewal, another execution may take the lock. A renewal that fails is tried five times in this time. */
export const defaultLeaseTimes: LeaseTimes = { seconds: 30, renewEveryMs: 5_000 };

/** The locks of an execution, and their rows. */
export interface HeldLocks extends ObjectLocks {
  readonly leases: LeaseKeys;
}

/**
 * Locks objects and renews the locks until they are disposed. Disposing releases them, unless `keep` was called: then
 * they expire.
 * @throws AirlockError `object-busy` (retry).
 */
export async function lockObjects(
  deps: ObjectLeaseDeps,
  request: { execution: string; objects: readonly ClusterObject[]; times: LeaseTimes },
): Promise<HeldLocks> {
  const { execution, objects, times } = request;
  const { tokens, leases } = await acquireLeases(deps, { execution, objects, seconds: times.seconds });
  let kept = false;
  let renewal: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    // A renewal that fails is tried again. If all fail, the locks expire, and the ledger refuses the next write.
    renewal = renewLeases(deps.pool, leases, times.seconds).catch(() => undefined);
  }, times.renewEveryMs).unref();
  return {
    tokens,
    leases,
    keep: () => (kept = true),
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await renewal;
      // If this fails, the locks expire.
      if (!kept) await renewLeases(deps.pool, leases, 0).catch(() => undefined);
    },
  };
}
