import type { Worker } from '@temporalio/worker';

/** What a process is once it works: until `stop`, which lets work in hand reach a safe point. */
export interface Running extends AsyncDisposable {
  /** Rejects when the process cannot go on; stays pending while it works. */
  failed: Promise<never>;
}

/**
 * Runs a worker until the process is told to stop.
 * @param held what the worker's activities use; closed in reverse order after the worker has drained.
 */
export function runWorker(worker: Worker, held: AsyncDisposableStack): Running {
  const ended = worker.run();
  const failed = ended.then(() => new Promise<never>(() => undefined));
  return {
    failed,
    async [Symbol.asyncDispose]() {
      if (worker.getState() === 'RUNNING') worker.shutdown();
      await ended.catch(() => undefined); // already told by `failed`
      await held.disposeAsync();
    },
  };
}
