import { AirlockError } from '../../src/lib/error.ts';

/** How many rehearsals may run at the same time, and how long a rehearsal waits for a slot. */
export interface SlotRunnerOptions {
  /** The number of slots. */
  concurrency: number;
  /** Longest time to wait for a free slot. */
  waitSeconds: number;
}

/**
 * Waits for a slot, and then runs `work`, a rehearsal. Earlier calls get slots first.
 * @throws AirlockError `sandbox-busy` (retry) if no slot becomes free in time, or the error of `work`.
 */
export type SlotRunner = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * Limits the number of rehearsals that run at the same time. Each rehearsal runs a whole control plane. With too many
 * control planes on one machine, no rehearsal would finish in time.
 */
export function createSlotRunner({ concurrency, waitSeconds }: SlotRunnerOptions): SlotRunner {
  const waiting: (() => void)[] = [];
  let running = 0;

  function acquire(): Promise<void> {
    if (running < concurrency) {
      running += 1;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const start = (): void => {
        clearTimeout(deadline);
        resolve();
      };
      const deadline = setTimeout(() => {
        waiting.splice(waiting.indexOf(start), 1);
        reject(busy({ concurrency, waitSeconds }, waiting.length));
      }, waitSeconds * 1000);
      waiting.push(start);
    });
  }

  function release(): void {
    const startNext = waiting.shift();
    // The next rehearsal takes over the slot, so `running` stays the same.
    if (startNext) startNext();
    else running -= 1;
  }

  return async (work) => {
    await acquire();
    try {
      return await work();
    } finally {
      release();
    }
  };
}

function busy({ concurrency, waitSeconds }: SlotRunnerOptions, othersWaiting: number): AirlockError {
  const message =
    `no slot for this rehearsal became free within ${waitSeconds} s (slots: ${concurrency}, ` +
    `other waiting rehearsals: ${othersWaiting}): rehearse again when earlier rehearsals have finished`;
  return new AirlockError({ code: 'sandbox-busy', message });
}
