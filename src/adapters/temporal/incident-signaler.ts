import { isGrpcServiceError, ServiceError, WorkflowNotFoundError, type Client } from '@temporalio/client';
import { alertsSignal, remediationWorkflow, type RemediationInput } from '../../../workflows/messages.ts';
import type { Delivery } from '../../domain/alert/alert.ts';
import { byteParts } from '../../lib/byte-parts.ts';
import { taskQueue } from '../../domain/names.ts';
import type { Courier } from '../../governance/ports.ts';

/** Bytes of alerts in one signal: with the group beside them, well below Temporal's limit of 2 MB for a payload. */
const mostBytesPerSignal = 512 * 1024;
const callWithinMs = 15_000;
/** INVALID_ARGUMENT: how Temporal refuses what is too large, and a signal to a workflow that has had too many. */
const invalidArgument = 3;

export interface CourierDeps {
  client: Client;
  proofs: RemediationInput['proofs'];
}

/**
 * Hands a routed delivery to its workflow, in parts that a message can carry. An open incident gets what fires; where
 * none is open, it is started with it: one that closes at the same moment thus loses nothing.
 */
export function createCourier({ client, proofs }: CourierDeps): Courier {
  return async ({ workflow, delivery, opening }) => {
    for (const alerts of byteParts(delivery.alerts, mostBytesPerSignal)) {
      const part = { ...delivery, alerts };
      const hand = (): Promise<unknown> =>
        opening
          ? start(client, workflow, part, { incident: opening.incident, opening, proofs })
          : signal(client, workflow, part);
      await client.withDeadline(Date.now() + callWithinMs, hand);
    }
  };
}

/** What Temporal said where it will say the same for ever; undefined where the same call may do later. */
export function refusalForGood(error: unknown): string | undefined {
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
    // No open incident: what resolves has nothing to cancel.
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}
