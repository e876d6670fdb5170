import type { Worker } from '@temporalio/worker';

/**
 * One of Airlock's four processes after its start. Disposing first waits for running activities, for a limited time,
 * and then closes the connections of the process.
 */
export interface RunningProcess extends AsyncDisposable {
  /** Rejects when the worker fails. It is pending in all other cases. */
  failed: Promise<never>;
}

/**
 * Runs a worker until the process stops.
 * @param disposables holds what the worker's activities use. After the worker has shut down, its contents are closed in
 * reverse order.
 */
export function runWorker(worker: Worker, disposables: AsyncDisposableStack): RunningProcess {
  const ended = worker.run();
  const failed = ended.then(() => new Promise<never>(() => undefined));
  return {
    failed,
    async [Symbol.asyncDispose]() {
      if (worker.getState() === 'RUNNING') worker.shutdown();
      await ended.catch(() => undefined); // `failed` reports this error
      await disposables.disposeAsync();
    },
  };
}
