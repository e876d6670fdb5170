import { AirlockError } from '../../lib/error.ts';
import type { Logger } from '../../platform/logger.ts';

/** Signs checkpoints until it is disposed. */
export interface CheckpointLoop extends AsyncDisposable {
  /** Requests a checkpoint before the interval is over, because an execution has ended. */
  soon(): void;
}

/** Largest share of its time that a gateway spends on reading its journal. A long journal is signed less often. */
const maxTimeShare = 1 / 20;

/**
 * Runs `checkpoint` at once, then every `everyMs`, or sooner on request. It logs each error, and the next run tries again.
 * Errors that a retry does not mend are logged at level `error`.
 */
export function startCheckpoints(deps: {
  checkpoint: () => Promise<unknown>;
  log: Logger;
  everyMs: number;
}): CheckpointLoop {
  let [requested, ended] = [false, false];
  let wake: () => void = () => undefined;
  const rest = async (ms: number, { until }: { until: () => boolean }): Promise<void> => {
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
      await deps.checkpoint().catch((error: unknown) => report(deps.log, error));
      await rest((performance.now() - began) * (1 / maxTimeShare - 1), { until: () => ended });
      await rest(deps.everyMs, { until: () => requested || ended });
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

function report(log: Logger, error: unknown): void {
  const { message, stack } = error as Error;
  const isTransient = error instanceof AirlockError && error.next === 'retry';
  if (isTransient) log.warn({ problem: message }, 'the journal was not signed; trying again');
  else log.error({ problem: error instanceof AirlockError ? message : stack }, 'THE JOURNAL WAS NOT SIGNED');
}
