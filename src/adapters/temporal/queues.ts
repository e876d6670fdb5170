import type { Client } from '@temporalio/client';
import proto from '@temporalio/proto';
import { planes, taskQueue, temporalNamespace, type Plane } from '../../domain/names.ts';
import type { StatusSections } from '../../domain/incident/system-status.ts';
import { insecureIn } from './worker-identity.ts';

const activityQueue = proto.temporal.api.enums.v1.TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY;

/**
 * A worker counts as running if its last poll is at most this old, in milliseconds. A running worker polls at least
 * once a minute. Temporal also lists workers that have stopped.
 */
const maxPollAgeMs = 90_000;

/**
 * Describes the task queue of each plane. `pollers`: workers that poll the queue for activities. `backlog`: activity
 * tasks that no worker has started, approximately. `insecure`: addresses that these workers use without TLS.
 * @throws errors of Temporal's client.
 */
export async function describeQueues({ connection }: Client): Promise<StatusSections['queues']> {
  const describeOne = async (plane: Plane): Promise<StatusSections['queues'][number]> => {
    const { pollers, stats } = await connection.workflowService.describeTaskQueue({
      namespace: temporalNamespace,
      taskQueue: { name: taskQueue(plane) },
      taskQueueType: activityQueue,
      reportStats: true,
    });
    const oldestPoll = Date.now() - maxPollAgeMs;
    const polling = pollers.filter(({ lastAccessTime }) => Number(lastAccessTime?.seconds ?? 0) * 1000 > oldestPoll);
    const insecure = new Set(polling.flatMap(({ identity }) => insecureIn(identity ?? '')));
    const backlog = Number(stats?.approximateBacklogCount ?? 0);
    return { plane, pollers: polling.length, backlog, insecure: [...insecure].sort() };
  };
  return Promise.all(planes.map(describeOne));
}
