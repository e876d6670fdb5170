import { AirlockError } from '../../src/lib/error.ts';

/** How many rehearsals run at once, and how long the others wait. */
export interface SlotsOptions {
  /** The number of slots. */
  concurrency: number;
  /** Longest time to wait for a free slot. */
  waitSeconds: number;
}

/**
 * Runs work when a slot is free. Waiting work gets the slots in the order of the calls.
 * @throws AirlockError `sandbox-busy` (retry) if no slot becomes free in time. Errors of the work pass through.
 */
export type Slots = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * Limits the number of rehearsals that run at the same time. Each rehearsal runs a whole control plane: if too many run
 * at once, none finishes in time.
 */
export function createSlots({ concurrency, waitSeconds }: SlotsOptions): Slots {
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
    const next = waiting.shift();
    // The slot goes to the next in line, so `running` stays the same.
    if (next) next();
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

function busy({ concurrency, waitSeconds }: SlotsOptions, others: number): AirlockError {
  const message =
    `no rehearsal slot became free within ${waitSeconds} s: this process runs ${concurrency} at a time, and ${others} more wait; ` +
    'try again when earlier rehearsals have finished';
  return new AirlockError({ code: 'sandbox-busy', message });
}
