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
import { isErrorCode } from '../../lib/error-catalogue.ts';
import { AirlockError, refused } from '../../lib/error.ts';
import { taskQueue, workflowId } from '../../domain/names.ts';
import type { IncidentWorkflows } from '../../governance/ports.ts';

const answerWithinMs = 30_000;

/** Sends Updates to the workflows of incidents, and starts the workflows of requests. */
export function createIncidentWorkflows(client: Client): IncidentWorkflows {
  const soon = <T>(call: () => Promise<T>): Promise<T> => client.withDeadline(Date.now() + answerWithinMs, call);
  // The same message has the same Update id, so Temporal returns the answer to the first one.
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
        // The incident has closed: the request has had its outcome.
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) refusal(error);
      });
    },
  };
}

function refusal(error: unknown): never {
  if (error instanceof WorkflowNotFoundError) throw refused('no-open-dossier', 'the incident is closed');
  if (error instanceof WorkflowUpdateFailedError && error.cause instanceof ApplicationFailure) {
    const { type, message, nonRetryable } = error.cause;
    if (type && nonRetryable) throw refusedBy(type, message);
  }
  throw unavailable(error);
}

/** The workflow's own code. A failure of a newer or foreign worker may have a type that is no code of this build. */
function refusedBy(type: string, message: string): AirlockError {
  return isErrorCode(type) ? new AirlockError({ code: type, message }) : refused('workflow-refused', message, { type });
}

function unavailable(error: unknown): AirlockError {
  const late = error instanceof WorkflowUpdateRPCTimeoutOrCancelledError;
  const known = late || error instanceof ServiceError || error instanceof WorkflowUpdateFailedError;
  if (!known) throw error;
  return new AirlockError({
    code: 'workflow-unavailable',
    message: `the incident's workflow did not answer (${error.message}): send the same again`,
  });
}
