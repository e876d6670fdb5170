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
  const inTime = <T>(call: () => Promise<T>): Promise<T> => client.withDeadline(Date.now() + answerWithinMs, call);
  // A message that is sent again has the same Update id. Temporal then returns the answer to the first copy.
  const update = <A, M>(id: string, definition: UpdateDefinition<A, [M]>, message: M): Promise<A> => {
    const handle = client.workflow.getHandle(id);
    const options = { updateId: digestOf(message), args: [message] as [M] };
    return inTime(() => handle.executeUpdate(definition, options)).catch((error: unknown) =>
      translateFailure(error, id),
    );
  };
  return {
    decide: (id, decision) => update(id, decideUpdate, decision),
    edit: (id, edit) => update(id, editUpdate, edit),
    async open({ group, ...input }) {
      const options = {
        workflowId: workflowId(input.incident.cluster, group),
        taskQueue: taskQueue('governance'),
        workflowIdConflictPolicy: 'USE_EXISTING',
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
        args: [input] as [RemediationInput],
      } as const;
      await inTime(() => client.workflow.start(remediationWorkflow, options)).catch((error: unknown) => {
        // The request was sent before, and its incident has already closed: nothing is left to open.
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) translateFailure(error, options.workflowId);
      });
    },
  };
}

/**
 * Throws the AirlockError for a failed call of Temporal's client. Throws an unknown error unchanged.
 * @param id workflow id.
 */
function translateFailure(error: unknown, id: string): never {
  if (error instanceof WorkflowNotFoundError) {
    throw refused('no-open-dossier', `workflow ${id} has ended, so its incident is closed: request the repair again`);
  }
  if (error instanceof WorkflowUpdateFailedError && error.cause instanceof ApplicationFailure) {
    const { type, message, nonRetryable } = error.cause;
    if (type && nonRetryable) throw refusedBy(type, message);
  }
  throw unavailable(error, id);
}

/**
 * Makes the error for a refusal by the workflow. The type of the workflow's failure is an error code. A worker of
 * another build may send a code that this build does not have: the code is then `workflow-refused`.
 */
function refusedBy(type: string, message: string): AirlockError {
  return isErrorCode(type) ? new AirlockError({ code: type, message }) : refused('workflow-refused', message, { type });
}

/** Makes the error for a call that can be repeated. Throws an unknown error unchanged. */
function unavailable(error: unknown, id: string): AirlockError {
  const late = error instanceof WorkflowUpdateRPCTimeoutOrCancelledError;
  const known = late || error instanceof ServiceError || error instanceof WorkflowUpdateFailedError;
  if (!known) throw error;
  return new AirlockError({
    code: 'workflow-unavailable',
    message: `workflow ${id} did not answer (${error.message}): send the same message again`,
  });
}
