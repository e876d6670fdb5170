import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { fileURLToPath } from 'node:url';
import { taskQueue, temporalNamespace, type Plane } from '../../src/domain/names.ts';
import type { ExecutionActivities } from '../../src/execution/contract.ts';
import type { Stage } from '../../demo/stage.ts';
import type { asksGateway } from './rogue-workflow.ts';

/** Somebody who can write to Temporal, and to nothing else. */
export interface Intruder extends AsyncDisposable {
  client: Client;
  /** Calls one activity of the gateway from a workflow of the intruder's own. @returns its answer, or why there is none. */
  asks(activity: keyof ExecutionActivities, input: object): Promise<unknown>;
  /** Takes a plane's work from its queue and gives made-up results, until it is disposed. */
  works(plane: Plane, results: Record<string, unknown>): Promise<AsyncDisposable>;
}

const queue = 'intruder';

/** Connects to the stack's Temporal as anybody on this machine could, with a worker for workflows of the intruder's own. */
export async function createIntruder({ stack }: Stage): Promise<Intruder> {
  const connection = await Connection.connect({ address: stack.temporal });
  const native = await NativeConnection.connect({ address: stack.temporal });
  const client = new Client({ connection, namespace: temporalNamespace });
  const workflowsPath = fileURLToPath(new URL('rogue-workflow.ts', import.meta.url));
  const worker = await Worker.create({
    connection: native,
    namespace: temporalNamespace,
    taskQueue: queue,
    workflowsPath,
  });
  const running = worker.run();
  let calls = 0;
  return {
    client,
    async asks(activity, input) {
      const workflowId = `intruder-${process.pid}-${++calls}`;
      const options = {
        workflowId,
        taskQueue: queue,
        args: [{ activity, input }] as [{ activity: string; input: object }],
      };
      return client.workflow.execute<typeof asksGateway>('asksGateway', options).catch((error: Error) => {
        const cause = error.cause as (Error & { cause?: Error }) | undefined;
        return { refused: cause?.cause?.message ?? cause?.message ?? error.message };
      });
    },
    async works(plane, results) {
      const activities = Object.fromEntries(
        Object.entries(results).map(([name, result]) => [name, () => Promise.resolve(result)]),
      );
      const own = await Worker.create({
        connection: native,
        namespace: temporalNamespace,
        taskQueue: taskQueue(plane),
        activities,
      });
      const working = own.run();
      return {
        async [Symbol.asyncDispose]() {
          own.shutdown();
          await working;
        },
      };
    },
    async [Symbol.asyncDispose]() {
      worker.shutdown();
      await running;
      await native.close();
      await connection.close();
    },
  };
}
