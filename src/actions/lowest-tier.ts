import type { Plan } from '../domain/plan/plan.ts';
import { tierSchema, type Tier } from '../domain/policy/verdict.ts';
import { actionOf } from './registry.ts';

/**
 * Returns the lowest tier that policy may give the plan: the highest `lowestTier` of the plan's actions. No other part
 * of the plan changes the result.
 */
export function lowestTierOf(plan: Plan): Tier {
  const ranks = plan.steps.map((step) => tierSchema.options.indexOf(actionOf(step.action).lowestTier));
  return tierSchema.options[Math.max(...ranks)] ?? 'high';
}
