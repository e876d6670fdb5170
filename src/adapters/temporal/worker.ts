import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, Worker, type NativeConnection, type WorkflowBundle } from '@temporalio/worker';
import { taskQueue, temporalNamespace, type Plane } from '../../domain/names.ts';

const workflowsPath = fileURLToPath(new URL('../../../workflows/remediation.ts', import.meta.url));

/** The workflows' code as the governance worker runs it. Takes about a second: made once per process. */
export function bundleWorkflows(): Promise<WorkflowBundle> {
  return bundleWorkflowCode({ workflowsPath, logger: quiet });
}

export interface PlaneWorker {
  connection: NativeConnection;
  plane: Plane;
  activities: object;
  /** Governance only: workflows run nowhere else. */
  workflows?: WorkflowBundle;
}

/**
 * The worker of a plane, on the plane's own task queue. `run()` ends after `shutdown()`, when what it had in hand is done
 * or 20 s later.
 */
export function createPlaneWorker({ connection, plane, activities, workflows }: PlaneWorker): Promise<Worker> {
  return Worker.create({
    connection,
    namespace: temporalNamespace,
    taskQueue: taskQueue(plane),
    activities,
    shutdownGraceTime: '20s',
    maxConcurrentActivityTaskExecutions: 20,
    ...(workflows ? { workflowBundle: workflows } : {}),
  });
}

// Webpack's progress is nobody's business; its errors are thrown.
const silent = (): void => undefined;
const quiet = { log: silent, trace: silent, debug: silent, info: silent, warn: silent, error: silent };
