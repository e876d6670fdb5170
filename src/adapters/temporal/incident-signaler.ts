import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { alertsSignal, remediationWorkflow, type RemediationInput } from '../../../workflows/messages.ts';
import type { Delivery } from '../../domain/alert/alert.ts';
import { byteParts } from '../../lib/byte-parts.ts';
import { taskQueue } from '../../domain/names.ts';
import type { IncidentSignaler } from '../../governance/ports.ts';

/**
 * Largest size of the alerts in one Signal, bytes. A larger alert gets a Signal of its own. Temporal refuses a payload
 * of more than 2 MB.
 */
const maxBytesPerSignal = 512 * 1024;
/** Time limit for one call of Temporal, milliseconds. */
const callTimeoutMs = 15_000;
/** What the signaler needs from outside. */
interface IncidentSignalerDeps {
  client: Client;
  /** Conditions that a person's sign-in must meet. The signaler passes `signIn` to each workflow that it starts. */
  signIn: RemediationInput['signIn'];
}

/**
 * Creates the signaler. The signaler sends the alerts of one delivery to the workflow of the route, in one or more
 * Signals. If the route has an occurrence, an alert is firing. Each Signal then starts the workflow if the workflow is
 * not running (signal-with-start).
 */
export function createIncidentSignaler({ client, signIn }: IncidentSignalerDeps): IncidentSignaler {
  return async ({ workflowId: workflow, delivery, occurrence }) => {
    for (const alerts of byteParts(delivery.alerts, maxBytesPerSignal)) {
      const part = { ...delivery, alerts };
      const send = (): Promise<unknown> =>
        occurrence
          ? signalWithStart(client, workflow, part, { incident: occurrence.incident, occurrence, signIn })
          : signalOnly(client, workflow, part);
      await client.withDeadline(Date.now() + callTimeoutMs, send);
    }
  };
}

function signalWithStart(
  client: Client,
  workflowId: string,
  delivery: Delivery,
  input: RemediationInput,
): Promise<unknown> {
  return client.workflow.signalWithStart(remediationWorkflow, {
    workflowId,
    taskQueue: taskQueue('governance'),
    workflowIdConflictPolicy: 'USE_EXISTING',
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    args: [input],
    signal: alertsSignal,
    signalArgs: [delivery],
  });
}

async function signalOnly(client: Client, workflowId: string, delivery: Delivery): Promise<void> {
  try {
    await client.workflow.getHandle(workflowId).signal(alertsSignal, delivery);
  } catch (error) {
    // No workflow of the group is running, so no incident is open. All these alerts are resolved, so they are dropped.
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}
