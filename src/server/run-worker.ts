import type { Worker } from '@temporalio/worker';

/**
 * A running process of Airlock. Disposing a RunningProcess first stops the worker. When the worker has stopped, the
 * connections of the process are closed.
 */
export interface RunningProcess extends AsyncDisposable {
  /** Rejects if the worker fails. Stays pending if the worker stops without an error. */
  failed: Promise<never>;
}

/**
 * Starts a worker. Disposing the result stops the worker.
 * @param disposables the connections and the other resources of the process. They are disposed after the worker has
 * stopped.
 */
export function runWorker(worker: Worker, disposables: AsyncDisposableStack): RunningProcess {
  const ended = worker.run();
  const failed = ended.then(() => new Promise<never>(() => undefined));
  return {
    failed,
    async [Symbol.asyncDispose]() {
      if (worker.getState() === 'RUNNING') worker.shutdown();
      await ended.catch(() => undefined); // `failed` rejects with this error
      await disposables.disposeAsync();
    },
  };
}
