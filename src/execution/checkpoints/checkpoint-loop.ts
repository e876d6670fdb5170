import { AirlockError } from '../../lib/error.ts';
import type { Logger } from '../../platform/telemetry.ts';

/** Signs checkpoints until it is disposed. */
export interface CheckpointLoop extends AsyncDisposable {
  /** Asks for one before the interval is over: an execution has ended. */
  soon(): void;
}

/** Share of its time that a gateway may spend on reading its journal: a long journal is signed less often. */
const share = 1 / 20;

/**
 * Runs `checkpoint` at once, then every `everyMs`, or sooner where asked. What it throws is logged, loudly where
 * somebody has to look, and tried again next time.
 */
export function startCheckpoints(deps: {
  checkpoint: () => Promise<unknown>;
  log: Logger;
  everyMs: number;
}): CheckpointLoop {
  let [asked, ended] = [false, false];
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
      asked = false;
      const began = performance.now();
      await deps.checkpoint().catch((error: unknown) => report(deps.log, error));
      await rest((performance.now() - began) * (1 / share - 1), { until: () => ended });
      await rest(deps.everyMs, { until: () => asked || ended });
    }
  };
  const running = run();
  return {
    soon() {
      asked = true;
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
  const passing = error instanceof AirlockError && error.next === 'retry';
  if (passing) log.warn({ problem: message }, 'the journal was not signed; trying again');
  else log.error({ problem: error instanceof AirlockError ? message : stack }, 'THE JOURNAL WAS NOT SIGNED');
}
