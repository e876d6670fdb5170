import { ActivityFailure, isCancellation } from '@temporalio/workflow';
import type { AdmittedDecision } from '../../src/domain/approval/decision.ts';
import type { IncidentOutcome } from '../../src/domain/incident/incident.ts';
import type { Ended } from './stage-result.ts';

/** The result of the workflow: how the incident ended, and one sentence that says why. */
export interface Outcome {
  outcome: IncidentOutcome;
  reason: string;
}

/** Returns the outcome `escalated`: a person has to take over. */
export function escalated(reason: string): Outcome {
  return { outcome: 'escalated', reason };
}

/** Returns the outcome `invalidated`: the incident cannot continue, and Airlock has changed nothing. */
export function invalidated(reason: string): Outcome {
  return { outcome: 'invalidated', reason };
}

/** Returns the outcome `denied`. The reason of the outcome names the person and contains the person's reason. */
export function denied({ subject: person, reason }: AdmittedDecision): Outcome {
  return { outcome: 'denied', reason: `${person}: ${reason}` };
}

/**
 * Runs `stages` and returns the end of the incident. If a cancellation of the workflow stops the stages, the incident
 * is cancelled. If an activity fails permanently, the incident is escalated. The reason is then the activity's error.
 * @throws every other error of `stages`. The workflow task then fails, and Temporal tries the task again.
 */
export async function terminalOutcome(stages: () => Promise<Ended>): Promise<Ended> {
  try {
    return await stages();
  } catch (error) {
    if (isCancellation(error)) return { ended: { outcome: 'cancelled', reason: 'the workflow was cancelled' } };
    return { ended: escalated(reasonOf(error)) };
  }
}

/**
 * Returns one text with the name of the failed activity and the error message.
 * @throws `error` itself if `error` is not the failure of an activity.
 */
export function reasonOf(error: unknown): string {
  if (error instanceof ActivityFailure) return `${error.activityType} failed: ${error.cause?.message ?? error.message}`;
  throw error;
}
