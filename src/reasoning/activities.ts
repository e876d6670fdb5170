import { asFailure } from '../platform/activity-failure.ts';
import type { ReasoningActivities } from './contract.ts';
import { plan, type PlanDeps } from './plan.ts';

/** Creates the activities of the reasoning plane. No activity has a credential of a cluster. */
export function createActivities(deps: PlanDeps): ReasoningActivities {
  return { plan: asFailure((input) => plan(deps, input)) };
}
