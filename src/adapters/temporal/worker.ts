import { Worker, type NativeConnection, type WorkerOptions, type WorkflowBundleOption } from '@temporalio/worker';
import { taskQueue, temporalNamespace, type Plane } from '../../domain/names.ts';
import { omitUndefined } from '../../lib/omit-undefined.ts';
import type { Tracing } from '../../domain/incident/tracing.ts';
import type { Logger } from '../../platform/logger.ts';
import { heartbeatMs, heartbeats } from './activity-heartbeat.ts';
import { watchActivities } from './watch-activities.ts';
import { workerIdentity } from './worker-identity.ts';

/** What the worker of a plane needs. */
export interface PlaneWorkerOptions {
  connection: NativeConnection;
  plane: Plane;
  /** The plane's activities, by name. */
  activities: object;
  /** For each attempt of an activity, the worker writes two lines to this log. */
  log: Logger;
  tracing: Tracing;
  /** The addresses that the process uses without TLS, each with the name of its server. */
  insecure: readonly string[];
  /** The code of the workflows. Set only for the governance plane: the other workers run no workflows. */
  workflows?: WorkflowBundleOption;
}

/**
 * Creates the worker of a plane. The worker polls the plane's own task queue, and its activities send heartbeats. After
 * `shutdown()`, running activities have 20 s to end. Then the worker cancels the remaining activities. `run()` resolves
 * when all activities have ended.
 */
export function createPlaneWorker(inputs: PlaneWorkerOptions): Promise<Worker> {
  const { connection, plane, activities, workflows, insecure } = inputs;
  const options = omitUndefined<WorkerOptions>({
    connection,
    identity: workerIdentity(insecure),
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
