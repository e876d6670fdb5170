import type { Client } from '@temporalio/client';
import proto from '@temporalio/proto';
import { planes, taskQueue, temporalNamespace, type Plane } from '../../domain/names.ts';
import type { StatusSections } from '../../domain/incident/system-status.ts';

const type = proto.temporal.api.enums.v1.TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY;

/**
 * A running worker polls at least once a minute. Temporal also lists workers that have stopped. So a poller counts only
 * if its last poll is at most this old, milliseconds.
 */
const pollingWithinMs = 90_000;

/**
 * For the task queue of each plane, counts the workers that poll the queue and the activity tasks that wait in the
 * queue. Each of Airlock's four processes runs the worker of one plane: `airlock gateway`, for example, runs the worker
 * of the execution plane.
 * @throws errors of Temporal's client.
 */
export async function describeQueues({ connection }: Client): Promise<StatusSections['queues']> {
  const describeOne = async (plane: Plane): Promise<StatusSections['queues'][number]> => {
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
  return Promise.all(planes.map(describeOne));
}
