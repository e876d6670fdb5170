import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { fileURLToPath } from 'node:url';
import { taskQueue, temporalNamespace, type Plane } from '../../../src/domain/names.ts';
import type { ExecutionActivities } from '../../../src/execution/contract.ts';
import type { StackClient } from '../../../demo/stack-client.ts';
import type { callGateway } from './rogue-workflow.ts';

/** An attacker who can write to Temporal and nowhere else. */
export interface Attacker extends AsyncDisposable {
  temporal: Client;
  /** Calls one activity of the gateway from a workflow of the attacker. @returns its result, or `refused` with the error. */
  callGateway(activity: keyof ExecutionActivities, input: object): Promise<unknown>;
  /** Runs a worker on the queue of a plane that answers activities with forged results, until it is disposed. */
  impersonate(plane: Plane, results: Record<string, unknown>): Promise<AsyncDisposable>;
}

const queue = 'attacker';

/** Connects to the stack's Temporal, as any user of this machine could, with a worker for the attacker's workflows. */
export async function createAttacker({ stack }: StackClient): Promise<Attacker> {
  const connection = await Connection.connect({ address: stack.temporal });
  const native = await NativeConnection.connect({ address: stack.temporal });
  const temporal = new Client({ connection, namespace: temporalNamespace });
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
    temporal,
    async callGateway(activity, input) {
      const workflowId = `attacker-${process.pid}-${++calls}`;
      const options = {
        workflowId,
        taskQueue: queue,
        args: [{ activity, input }] as [{ activity: string; input: object }],
      };
      return temporal.workflow.execute<typeof callGateway>('callGateway', options).catch((error: Error) => {
        const cause = error.cause as (Error & { cause?: Error }) | undefined;
        return { refused: cause?.cause?.message ?? cause?.message ?? error.message };
      });
    },
    async impersonate(plane, results) {
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
