import type { Client } from '@temporalio/client';
import proto from '@temporalio/proto';
import { planes, taskQueue, temporalNamespace, type Plane } from '../../domain/names.ts';
import type { StatusParts } from '../../domain/incident/system-status.ts';

const type = proto.temporal.api.enums.v1.TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY;

/** A worker polls again within a minute. Temporal still lists workers that have stopped polling. */
const pollingWithinMs = 90_000;

/** Pollers and backlog of each plane's task queue. @throws errors of Temporal's client. */
export async function describeQueues({ connection }: Client): Promise<StatusParts['queues']> {
  const one = async (plane: Plane): Promise<StatusParts['queues'][number]> => {
    const { pollers, stats } = await connection.workflowService.describeTaskQueue({
      namespace: temporalNamespace,
      taskQueue: { name: taskQueue(plane) },
      taskQueueType: type,
      reportStats: true,
    });
    const since = Date.now() - pollingWithinMs;
    const polling = pollers.filter(({ lastAccessTime }) => Number(lastAccessTime?.seconds ?? 0) * 1000 > since);
    return { plane, pollers: polling.length, backlog: Number(stats?.approximateBacklogCount ?? 0) };
  };
  return Promise.all(planes.map(one));
}
