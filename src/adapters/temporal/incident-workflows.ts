import {
  ServiceError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
  type Client,
} from '@temporalio/client';
import {
  ActivityFailure,
  ApplicationFailure,
  WorkflowExecutionAlreadyStartedError,
  type UpdateDefinition,
} from '@temporalio/common';
import { decideUpdate, editUpdate, remediationWorkflow, type RemediationInput } from '../../../workflows/messages.ts';
import { digestOf } from '../../lib/digest.ts';
import { isErrorCode } from '../../lib/error-catalogue.ts';
import { AirlockError, refused } from '../../lib/error.ts';
import { cutSecrets } from '../../lib/secrets/cut-secrets.ts';
import { taskQueue, workflowId } from '../../domain/names.ts';
import type { IncidentWorkflows } from '../../governance/ports.ts';

/** Time limit for one call of Temporal, milliseconds. A call for an Update waits for the workflow's answer. */
const callTimeoutMs = 30_000;

/** Creates the object that sends Updates to the workflows of incidents and starts the workflows of requests. */
export function createIncidentWorkflows(client: Client): IncidentWorkflows {
  const withTimeout = <T>(call: () => Promise<T>): Promise<T> => client.withDeadline(Date.now() + callTimeoutMs, call);
  // The Update id is the digest of the message. If the same message is sent again, Temporal returns the first answer.
  const update = <Answer, Message>(
    id: string,
    definition: UpdateDefinition<Answer, [Message]>,
    message: Message,
  ): Promise<Answer> => {
    const handle = client.workflow.getHandle(id);
    const options = { updateId: digestOf(message), args: [message] as [Message] };
    return withTimeout(() => handle.executeUpdate(definition, options)).catch((error: unknown) =>
      throwTranslated(error, id),
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
      await withTimeout(() => client.workflow.start(remediationWorkflow, options)).catch((error: unknown) => {
        // An earlier call has started the workflow of this request, and the workflow has ended. Nothing is left to do.
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throwTranslated(error, options.workflowId);
      });
    },
  };
}

/**
 * Throws the AirlockError for a failed call of Temporal's client. Throws any error of an unknown class unchanged.
 * @param id workflow id.
 */
function throwTranslated(error: unknown, id: string): never {
  if (error instanceof WorkflowNotFoundError) {
    throw refused('no-open-dossier', `workflow ${id} has ended, so its incident is closed: request a new repair`);
  }
  const failure = error instanceof WorkflowUpdateFailedError ? failureOf(error) : undefined;
  if (failure?.type && failure.nonRetryable) throw refusedBy(failure.type, failure.message);
  throw unavailable(error, id);
}

/** Returns the failure that the workflow threw, or the failure of the activity that the workflow called. */
function failureOf({ cause }: WorkflowUpdateFailedError): ApplicationFailure | undefined {
  const failure = cause instanceof ActivityFailure ? cause.cause : cause;
  return failure instanceof ApplicationFailure ? failure : undefined;
}

/**
 * Makes the error for a message that the workflow or an activity refused. Workflows and activities use an error code as
 * the type of the failure. A worker of another build may use a code that this build does not have. The error then has
 * the code `workflow-refused`.
 */
function refusedBy(type: string, message: string): AirlockError {
  return isErrorCode(type) ? new AirlockError({ code: type, message }) : refused('workflow-refused', message, { type });
}

/** Makes the error for a call that failed, although nobody refused it. Throws any error of an unknown class unchanged. */
function unavailable(error: unknown, id: string): AirlockError {
  // Temporal keeps the outcome of a failed Update and returns it for the same message again.
  if (error instanceof WorkflowUpdateFailedError) {
    return callFailed(id, failureOf(error)?.message ?? error.message, 'sign in again, and send a new message');
  }
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError || error instanceof ServiceError) {
    return callFailed(id, error.message, 'send the same message again');
  }
  throw error;
}

function callFailed(id: string, why: string, next: string): AirlockError {
  return new AirlockError({
    code: 'workflow-unavailable',
    message: `a call to workflow ${id} failed (${cutSecrets(why)}): ${next}`,
  });
}
