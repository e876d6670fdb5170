import { AirlockError } from '../../src/lib/error.ts';

export interface TurnsOptions {
  /** How many may run at the same time. */
  atOnce: number;
  /** Longest time to wait for a turn. */
  waitSeconds: number;
}

/** Runs what it is given, first come, first served. */
export type Turns = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * At most so many at once: each rehearsal is a whole control plane, and a machine that runs too many finishes none.
 * @throws AirlockError `sandbox-busy` (retry) when no turn came in time; what the work throws is passed on.
 */
export function createTurns({ atOnce, waitSeconds }: TurnsOptions): Turns {
  const waiting: (() => void)[] = [];
  let running = 0;

  function turn(): Promise<void> {
    if (running < atOnce) {
      running += 1;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const go = (): void => {
        clearTimeout(deadline);
        resolve();
      };
      const deadline = setTimeout(() => {
        waiting.splice(waiting.indexOf(go), 1);
        reject(busy({ atOnce, waitSeconds }, waiting.length));
      }, waitSeconds * 1000);
      waiting.push(go);
    });
  }

  function done(): void {
    const next = waiting.shift();
    if (next)
      next(); // the turn is handed over: `running` stays
    else running -= 1;
  }

  return async (work) => {
    await turn();
    try {
      return await work();
    } finally {
      done();
    }
  };
}

function busy({ atOnce, waitSeconds }: TurnsOptions, others: number): AirlockError {
  const message =
    `the rehearsal had no turn within ${waitSeconds} s: ${atOnce} run at once here, and ${others} more are waiting; ` +
    'try again when the incidents before it are done';
  return new AirlockError({ code: 'sandbox-busy', message, next: 'retry' });
}
