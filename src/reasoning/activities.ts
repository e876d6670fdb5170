import { asFailure } from '../platform/activity-failure.ts';
import type { ReasoningActivities } from './contract.ts';
import { plan, type PlanDeps } from './plan.ts';

/** The activities of the reasoning plane. They have no credentials for any cluster. */
export function createActivities(deps: PlanDeps): ReasoningActivities {
  return { plan: asFailure((input) => plan(deps, input)) };
}
