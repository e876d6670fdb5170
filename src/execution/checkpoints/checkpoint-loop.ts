import { AirlockError } from '../../lib/error.ts';
import type { Logger } from '../../platform/logger.ts';

/** A loop that signs checkpoints of the journal until the loop is disposed. */
export interface CheckpointLoop extends AsyncDisposable {
  /** Requests a checkpoint before `everyMs` has passed. Does not shorten the pause that `maxTimeShare` requires. */
  signSoon(): void;
}

/**
 * Limit on the share of time that the loop spends in `checkpoint`, which can read the whole journal. After a call of
 * 1 s, the loop pauses for 19 s.
 */
const maxTimeShare = 1 / 20;

/**
 * Starts the loop. The loop calls `checkpoint` at once. After each call, the loop makes the pause that `maxTimeShare`
 * requires. Then the loop waits `everyMs` milliseconds or until `signSoon` is called, and calls `checkpoint` again. An
 * error is logged and does not end the loop.
 */
export function startCheckpoints(deps: {
  checkpoint: () => Promise<unknown>;
  log: Logger;
  everyMs: number;
}): CheckpointLoop {
  let [requested, disposed] = [false, false];
  let wake: () => void = () => undefined;
  const sleep = async (ms: number, { until }: { until: () => boolean }): Promise<void> => {
    if (until()) return;
    const timer = Promise.withResolvers<void>();
    const timeout = setTimeout(timer.resolve, ms);
    wake = () => until() && timer.resolve();
    await timer.promise;
    clearTimeout(timeout);
  };
  const run = async (): Promise<void> => {
    while (!disposed) {
      requested = false;
      const began = performance.now();
      await deps.checkpoint().catch((error: unknown) => logFailure(deps.log, error));
      const durationMs = performance.now() - began;
      await sleep(durationMs * (1 / maxTimeShare - 1), { until: () => disposed });
      await sleep(deps.everyMs, { until: () => requested || disposed });
    }
  };
  const running = run();
  return {
    signSoon() {
      requested = true;
      wake();
    },
    async [Symbol.asyncDispose]() {
      disposed = true;
      wake();
      await running;
    },
  };
}

function logFailure(log: Logger, error: unknown): void {
  const { message, stack } = error as Error;
  const canRetrySolve = error instanceof AirlockError && error.next === 'retry';
  if (canRetrySolve) log.warn({ problem: message }, 'cannot make a checkpoint of the journal; the gateway tries again');
  else
    log.error({ problem: error instanceof AirlockError ? message : stack }, 'CANNOT MAKE A CHECKPOINT OF THE JOURNAL');
}
