import { Worker, type NativeConnection, type WorkflowBundleOption } from '@temporalio/worker';
import { taskQueue, temporalNamespace, type Plane } from '../../domain/names.ts';
import { defined } from '../../lib/defined.ts';
import type { Tracing } from '../../domain/incident/tracing.ts';
import type { Logger } from '../../platform/logger.ts';
import { heartbeatMs, heartbeats } from './activity-heartbeat.ts';
import { watchActivities } from './watch-activities.ts';

/** What the worker of a plane is created from. */
export interface PlaneWorker {
  connection: NativeConnection;
  plane: Plane;
  activities: object;
  /** Gets two lines per attempt of an activity. */
  log: Logger;
  tracing: Tracing;
  /** Only for governance: the other planes run no workflows. */
  workflows?: WorkflowBundleOption;
}

/**
 * The worker of a plane on the plane's own task queue. Activities send heartbeats. After `shutdown()`, `run()` ends when
 * the running activities have ended, at the latest after 20 s.
 */
export function createPlaneWorker(own: PlaneWorker): Promise<Worker> {
  const { connection, plane, activities, workflows } = own;
  const options = defined({
    connection,
    namespace: temporalNamespace,
    taskQueue: taskQueue(plane),
    activities,
    interceptors: { activity: [heartbeats, watchActivities(own)] },
    maxHeartbeatThrottleInterval: heartbeatMs,
    shutdownGraceTime: '20s' as const,
    maxConcurrentActivityTaskExecutions: 20,
    workflowBundle: workflows,
  });
  return Worker.create(options);
}
