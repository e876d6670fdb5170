import type { Client } from '@temporalio/client';
import proto from '@temporalio/proto';
import { planes, taskQueue, temporalNamespace, type Plane } from '../../domain/names.ts';
import type { Standing } from '../../domain/status.ts';

const type = proto.temporal.api.enums.v1.TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY;

/** The task queue of each plane: who polls it, and how much waits in it. @throws what Temporal's client throws. */
export async function describeQueues({ connection }: Client): Promise<Standing['queues']> {
  const one = async (plane: Plane): Promise<Standing['queues'][number]> => {
    const { pollers, stats } = await connection.workflowService.describeTaskQueue({
      namespace: temporalNamespace,
      taskQueue: { name: taskQueue(plane) },
      taskQueueType: type,
      reportStats: true,
    });
    return { plane, pollers: pollers.length, backlog: Number(stats?.approximateBacklogCount ?? 0) };
  };
  return Promise.all(planes.map(one));
}
