import { isGrpcServiceError, ServiceError, WorkflowNotFoundError, type Client } from '@temporalio/client';
import { alertsSignal, remediationWorkflow, type RemediationInput } from '../../../workflows/messages.ts';
import type { Delivery } from '../../domain/alert/alert.ts';
import { byteParts } from '../../lib/byte-parts.ts';
import { taskQueue } from '../../domain/names.ts';
import type { IncidentSignaler } from '../../governance/ports.ts';

/** Most bytes of alerts in one Signal. Together with the group this is well below Temporal's payload limit of 2 MB. */
const maxBytesPerSignal = 512 * 1024;
const callWithinMs = 15_000;
/** INVALID_ARGUMENT: Temporal refuses a payload that is too large, or a Signal to a workflow that had too many, with it. */
const invalidArgument = 3;

/** What the signaler needs from outside. */
export interface IncidentSignalerDeps {
  client: Client;
  signIn: RemediationInput['signIn'];
}

/**
 * Sends a routed delivery to its workflow, in Signals of limited size. Firing alerts go by signal-with-start: they reach
 * the open incident, or start the workflow when it has closed at the same moment.
 */
export function createIncidentSignaler({ client, signIn }: IncidentSignalerDeps): IncidentSignaler {
  return async ({ workflow, delivery, occurrence }) => {
    for (const alerts of byteParts(delivery.alerts, maxBytesPerSignal)) {
      const part = { ...delivery, alerts };
      const send = (): Promise<unknown> =>
        occurrence
          ? start(client, workflow, part, { incident: occurrence.incident, occurrence, signIn })
          : signal(client, workflow, part);
      await client.withDeadline(Date.now() + callWithinMs, send);
    }
  };
}

/** Temporal's message when it will refuse the same call again; undefined when a retry can succeed. */
export function permanentRefusal(error: unknown): string | undefined {
  const cause = error instanceof ServiceError ? error.cause : undefined;
  return isGrpcServiceError(cause) && cause.code === invalidArgument ? cause.details : undefined;
}

function start(client: Client, id: string, delivery: Delivery, input: RemediationInput): Promise<unknown> {
  return client.workflow.signalWithStart(remediationWorkflow, {
    workflowId: id,
    taskQueue: taskQueue('governance'),
    workflowIdConflictPolicy: 'USE_EXISTING',
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    args: [input],
    signal: alertsSignal,
    signalArgs: [delivery],
  });
}

async function signal(client: Client, id: string, delivery: Delivery): Promise<void> {
  try {
    await client.workflow.getHandle(id).signal(alertsSignal, delivery);
  } catch (error) {
    // The incident has closed: resolved alerts have nothing to cancel.
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}
