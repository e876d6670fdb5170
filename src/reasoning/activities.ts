import { withTemporalFailures } from '../platform/activity-failure.ts';
import type { ReasoningActivities } from './contract.ts';
import { plan, type PlanDeps } from './plan.ts';

/** Creates the activities of the reasoning plane. */
export function createActivities(deps: PlanDeps): ReasoningActivities {
  return { plan: withTemporalFailures((input) => plan(deps, input)) };
}
