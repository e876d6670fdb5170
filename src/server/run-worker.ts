import type { Worker } from '@temporalio/worker';

/**
 * One of Airlock's four processes after its start. Disposing a RunningProcess waits for running activities, for a
 * limited time, and then closes the connections of the process.
 */
export interface RunningProcess extends AsyncDisposable {
  /** Rejects if the worker fails. Never resolves. */
  failed: Promise<never>;
}

/**
 * Starts a worker. Disposing the result stops the worker.
 * @param disposables what the activities use, such as connections. All of it is closed after the worker has stopped.
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
