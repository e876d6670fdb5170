import type { Client } from '@temporalio/client';
import proto from '@temporalio/proto';
import { planes, taskQueue, temporalNamespace, type Plane } from '../../domain/names.ts';
import type { Standing } from '../../domain/incident/system-status.ts';

const type = proto.temporal.api.enums.v1.TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY;

/** A poll is asked for anew after a minute at the latest: whoever has not for longer is gone, though still listed. */
const goneAfterMs = 90_000;

/** The task queue of each plane: who polls it, and how much waits in it. @throws what Temporal's client throws. */
export async function describeQueues({ connection }: Client): Promise<Standing['queues']> {
  const one = async (plane: Plane): Promise<Standing['queues'][number]> => {
    const { pollers, stats } = await connection.workflowService.describeTaskQueue({
      namespace: temporalNamespace,
      taskQueue: { name: taskQueue(plane) },
      taskQueueType: type,
      reportStats: true,
    });
    const since = Date.now() - goneAfterMs;
    const there = pollers.filter(({ lastAccessTime }) => Number(lastAccessTime?.seconds ?? 0) * 1000 > since);
    return { plane, pollers: there.length, backlog: Number(stats?.approximateBacklogCount ?? 0) };
  };
  return Promise.all(planes.map(one));
}
