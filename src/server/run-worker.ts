import type { Worker } from '@temporalio/worker';

/** One of Airlock's processes after its start. Disposing it lets running activities reach a safe point, then stops it. */
export interface RunningProcess extends AsyncDisposable {
  /** Rejects when the worker fails; stays pending while it runs. */
  failed: Promise<never>;
}

/**
 * Runs a worker until the process stops.
 * @param resources what the worker's activities use; closed in reverse order after the worker has drained.
 */
export function runWorker(worker: Worker, resources: AsyncDisposableStack): RunningProcess {
  const ended = worker.run();
  const failed = ended.then(() => new Promise<never>(() => undefined));
  return {
    failed,
    async [Symbol.asyncDispose]() {
      if (worker.getState() === 'RUNNING') worker.shutdown();
      await ended.catch(() => undefined); // `failed` rejects with it
      await resources.disposeAsync();
    },
  };
}
