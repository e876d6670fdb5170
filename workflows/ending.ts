import { ActivityFailure, isCancellation } from '@temporalio/workflow';
import type { AdmittedDecision } from '../src/domain/decision.ts';
import type { IncidentOutcome } from '../src/domain/incident.ts';

/** How an incident ended, and the sentence that says why. */
export interface Ending {
  outcome: IncidentOutcome;
  reason: string;
}

/** Thrown where the way ends early, wherever that is. */
export class Ended extends Error {
  override readonly name = 'Ended';
  readonly ending: Ending;

  constructor(ending: Ending) {
    super(ending.reason);
    this.ending = ending;
  }
}

/** A person has it now. */
export function human(reason: string): Ending {
  return { outcome: 'human', reason };
}

/** Somebody said no. */
export function denied({ subject, reason }: AdmittedDecision): Ending {
  return { outcome: 'denied', reason: `${subject}: ${reason}` };
}

/** Walks a way to its end, however it ends: what failed for good is a person's, with the reason. */
export async function endOf(way: () => Promise<Ending>): Promise<Ending> {
  try {
    return await way();
  } catch (error) {
    if (error instanceof Ended) return error.ending;
    if (isCancellation(error)) return { outcome: 'cancelled', reason: 'the workflow was cancelled by hand' };
    return human(reasonOf(error));
  }
}

/** What went wrong, for people: which activity, and its own words. */
export function reasonOf(error: unknown): string {
  if (error instanceof ActivityFailure) return `${error.activityType} failed: ${error.cause?.message ?? error.message}`;
  throw error;
}
