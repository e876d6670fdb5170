import { isGrpcServiceError, ServiceError, WorkflowNotFoundError, type Client } from '@temporalio/client';
import { alertsSignal, remediationWorkflow, type RemediationInput } from '../../../workflows/messages.ts';
import type { Delivery } from '../../domain/alert/alert.ts';
import { byteParts } from '../../lib/byte-parts.ts';
import { taskQueue } from '../../domain/names.ts';
import type { IncidentSignaler } from '../../governance/ports.ts';

/** Size limit of the alerts in one Signal, bytes. Temporal's limit for a whole payload is 2 MB. */
const maxBytesPerSignal = 512 * 1024;
const callWithinMs = 15_000;
/**
 * The gRPC status INVALID_ARGUMENT. Temporal answers with this status if a payload is too large, or if a workflow has
 * received too many Signals.
 */
const invalidArgument = 3;

/** What the signaler needs from outside. */
interface IncidentSignalerDeps {
  client: Client;
  /**
   * The conditions of a valid sign-in: issuer and age. The signaler passes the conditions to each workflow that it
   * starts.
   */
  signIn: RemediationInput['signIn'];
}

/**
 * Creates the signaler. It sends a routed delivery (the alerts of one webhook call) to its workflow, in Signals of
 * limited size. A delivery with firing alerts is sent by signal-with-start, which starts the workflow if it is not
 * running. Any other delivery is sent as a Signal only.
 */
export function createIncidentSignaler({ client, signIn }: IncidentSignalerDeps): IncidentSignaler {
  return async ({ workflowId: workflow, delivery, occurrence }) => {
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

/** Returns Temporal's message if Temporal would refuse the same call again; undefined if a retry can succeed. */
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
    // The workflow has ended. No incident is left that the resolved alerts could end, so they are dropped.
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}
