import { Worker, type NativeConnection, type WorkflowBundleOption } from '@temporalio/worker';
import { taskQueue, temporalNamespace, type Plane } from '../../domain/names.ts';
import type { Logger, Tracing } from '../../platform/telemetry.ts';
import { beatMs, beats } from './activity-heartbeat.ts';
import { watchActivities } from './watch-activities.ts';

export interface PlaneWorker {
  connection: NativeConnection;
  plane: Plane;
  activities: object;
  /** Where each try of an activity is written down. */
  log: Logger;
  tracing: Tracing;
  /** Governance only: workflows run nowhere else. */
  workflows?: WorkflowBundleOption;
}

/**
 * The worker of a plane, on the plane's own task queue; every activity beats while it lasts. `run()` ends after
 * `shutdown()`, when what it had in hand is done or 20 s later.
 */
export function createPlaneWorker(own: PlaneWorker): Promise<Worker> {
  const { connection, plane, activities, workflows } = own;
  return Worker.create({
    connection,
    namespace: temporalNamespace,
    taskQueue: taskQueue(plane),
    activities,
    interceptors: { activity: [beats, watchActivities(own)] },
    maxHeartbeatThrottleInterval: beatMs,
    shutdownGraceTime: '20s',
    maxConcurrentActivityTaskExecutions: 20,
    ...(workflows ? { workflowBundle: workflows } : {}),
  });
}
