import {
  ServiceError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
  type Client,
} from '@temporalio/client';
import { ApplicationFailure, WorkflowExecutionAlreadyStartedError, type UpdateDefinition } from '@temporalio/common';
import { decideUpdate, editUpdate, remediationWorkflow, type RemediationInput } from '../../../workflows/messages.ts';
import { digestOf } from '../../lib/digest.ts';
import { AirlockError, refused } from '../../lib/error.ts';
import { taskQueue, workflowId } from '../../domain/names.ts';
import type { IncidentWorkflows } from '../../governance/ports.ts';

const answerWithinMs = 30_000;

/** Talks to the workflows of incidents. */
export function createIncidentWorkflows(client: Client): IncidentWorkflows {
  const soon = <T>(call: () => Promise<T>): Promise<T> => client.withDeadline(Date.now() + answerWithinMs, call);
  // The same message is the same Update: Temporal gives the first one's answer again.
  const update = <A, M>(workflow: string, definition: UpdateDefinition<A, [M]>, message: M): Promise<A> => {
    const handle = client.workflow.getHandle(workflow);
    const options = { updateId: digestOf(message), args: [message] as [M] };
    return soon(() => handle.executeUpdate(definition, options)).catch(refusal);
  };
  return {
    decide: (workflow, decision) => update(workflow, decideUpdate, decision),
    edit: (workflow, edit) => update(workflow, editUpdate, edit),
    async open({ group, ...input }) {
      const options = {
        workflowId: workflowId(input.incident.cluster, group),
        taskQueue: taskQueue('governance'),
        workflowIdConflictPolicy: 'USE_EXISTING',
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
        args: [input] as [RemediationInput],
      } as const;
      await soon(() => client.workflow.start(remediationWorkflow, options)).catch((error: unknown) => {
        // It is closed by now: what was asked for has had its answer.
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) refusal(error);
      });
    },
  };
}

function refusal(error: unknown): never {
  if (error instanceof WorkflowNotFoundError) throw refused('no-open-dossier', 'the incident is closed');
  if (error instanceof WorkflowUpdateFailedError && error.cause instanceof ApplicationFailure) {
    const { type, message, nonRetryable } = error.cause;
    if (type && nonRetryable) throw refused(type, message);
  }
  throw unavailable(error);
}

function unavailable(error: unknown): AirlockError {
  const late = error instanceof WorkflowUpdateRPCTimeoutOrCancelledError;
  const known = late || error instanceof ServiceError || error instanceof WorkflowUpdateFailedError;
  if (!known) throw error;
  return new AirlockError({
    code: 'workflow-unavailable',
    message: `the incident's workflow gave no answer (${error.message}): send the same again`,
    next: 'retry',
  });
}
