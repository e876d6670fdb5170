import { AirlockError } from '../../lib/error.ts';
import type { Logger } from '../../platform/logger.ts';

/** Signs checkpoints until it is disposed. */
export interface CheckpointLoop extends AsyncDisposable {
  /**
   * Requests a checkpoint before the interval has ended. The gateway calls `soon` when an attempt of an execution has
   * ended.
   */
  soon(): void;
}

/**
 * The loop spends at most this share of its time in `checkpoint`. Each call reads the whole journal, so the loop calls
 * `checkpoint` less often when the journal is long.
 */
const maxTimeShare = 1 / 20;

/**
 * Runs `checkpoint` at once, then `everyMs` milliseconds after each run, or sooner on request. Each error is logged,
 * and the next run tries again. Errors that a retry cannot solve are logged at level `error`.
 */
export function startCheckpoints(deps: {
  checkpoint: () => Promise<unknown>;
  log: Logger;
  everyMs: number;
}): CheckpointLoop {
  let [requested, ended] = [false, false];
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
    while (!ended) {
      requested = false;
      const began = performance.now();
      await deps.checkpoint().catch((error: unknown) => logFailure(deps.log, error));
      await sleep((performance.now() - began) * (1 / maxTimeShare - 1), { until: () => ended });
      await sleep(deps.everyMs, { until: () => requested || ended });
    }
  };
  const running = run();
  return {
    soon() {
      requested = true;
      wake();
    },
    async [Symbol.asyncDispose]() {
      ended = true;
      wake();
      await running;
    },
  };
}

function logFailure(log: Logger, error: unknown): void {
  const { message, stack } = error as Error;
  const isTransient = error instanceof AirlockError && error.next === 'retry';
  if (isTransient) log.warn({ problem: message }, 'the journal was not signed; trying again');
  else log.error({ problem: error instanceof AirlockError ? message : stack }, 'THE JOURNAL WAS NOT SIGNED');
}
