import {
  ServiceError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
  type Client,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { decideUpdate } from '../../../workflows/messages.ts';
import type { Decision } from '../../domain/decision.ts';
import { digestOf } from '../../domain/digest.ts';
import { AirlockError, refused } from '../../domain/error.ts';
import type { IncidentWorkflows } from '../../governance/ports.ts';

const answerWithinMs = 30_000;

/** Talks to the workflows of incidents. */
export function createIncidentWorkflows(client: Client): IncidentWorkflows {
  return {
    async decide(workflow, decision) {
      // The same decision is the same Update: Temporal gives the first one's answer again.
      const options = { updateId: digestOf(decision), args: [decision] as [Decision] };
      const handle = client.workflow.getHandle(workflow);
      const answer = client.withDeadline(Date.now() + answerWithinMs, () =>
        handle.executeUpdate(decideUpdate, options),
      );
      return answer.catch(refusal);
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
