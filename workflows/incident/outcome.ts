import { ActivityFailure, isCancellation } from '@temporalio/workflow';
import type { AdmittedDecision } from '../../src/domain/approval/decision.ts';
import type { IncidentOutcome } from '../../src/domain/incident/incident.ts';
import type { Ended } from './stage-result.ts';

/** The result of the workflow: how the incident ended, and one sentence that says why. */
export interface Outcome {
  outcome: IncidentOutcome;
  reason: string;
}

/** Returns the outcome of an incident that a person has to take over. */
export function escalated(reason: string): Outcome {
  return { outcome: 'escalated', reason };
}

/** Returns the outcome of an incident whose request or dossier the gateway refused, or whose occurrence had closed. */
export function invalidated(reason: string): Outcome {
  return { outcome: 'invalidated', reason };
}

/** Returns the outcome of an incident whose dossier a person denied. */
export function denied({ subject, reason }: AdmittedDecision): Outcome {
  return { outcome: 'denied', reason: `${subject}: ${reason}` };
}

/**
 * Runs an incident to its terminal outcome. A cancelled workflow cancels the incident. An activity that failed
 * permanently escalates the incident, with the activity's error as the reason.
 * @throws every other error. Temporal then fails the workflow task and tries the task again.
 */
export async function terminalOutcome(run: () => Promise<Ended>): Promise<Ended> {
  try {
    return await run();
  } catch (error) {
    if (isCancellation(error)) return { ended: { outcome: 'cancelled', reason: 'the workflow was cancelled' } };
    return { ended: escalated(reasonOf(error)) };
  }
}

/**
 * Returns the name of the activity that failed, and the error message.
 * @throws `error` itself if `error` is not the failure of an activity.
 */
export function reasonOf(error: unknown): string {
  if (error instanceof ActivityFailure) return `${error.activityType} failed: ${error.cause?.message ?? error.message}`;
  throw error;
}
