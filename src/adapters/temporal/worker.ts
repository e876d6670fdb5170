import { Worker, type NativeConnection, type WorkerOptions, type WorkflowBundleOption } from '@temporalio/worker';
import { taskQueue, temporalNamespace, type Plane } from '../../domain/names.ts';
import { omitUndefined } from '../../lib/omit-undefined.ts';
import type { Tracing } from '../../domain/incident/tracing.ts';
import type { Logger } from '../../platform/logger.ts';
import { heartbeatMs, heartbeats } from './activity-heartbeat.ts';
import { watchActivities } from './watch-activities.ts';

/** The inputs from which the worker of a plane is created. */
export interface PlaneWorkerOptions {
  connection: NativeConnection;
  plane: Plane;
  activities: object;
  /** Gets two log lines for each attempt of an activity. */
  log: Logger;
  tracing: Tracing;
  /** The code of the workflows. Set only for governance: the workers of other planes run no workflows. */
  workflows?: WorkflowBundleOption;
}

/**
 * Creates the worker of a plane on the plane's own task queue. Each of Airlock's four processes runs one plane. The
 * worker's activities send heartbeats. After `shutdown()`, running activities have 20 s to end, and are then cancelled.
 * `run()` resolves when all of them have ended.
 */
export function createPlaneWorker(inputs: PlaneWorkerOptions): Promise<Worker> {
  const { connection, plane, activities, workflows } = inputs;
  const options = omitUndefined<WorkerOptions>({
    connection,
    namespace: temporalNamespace,
    taskQueue: taskQueue(plane),
    activities,
    interceptors: { activity: [heartbeats, watchActivities(inputs)] },
    maxHeartbeatThrottleInterval: heartbeatMs,
    shutdownGraceTime: '20s' as const,
    maxConcurrentActivityTaskExecutions: 20,
    workflowBundle: workflows,
  });
  return Worker.create(options);
}
