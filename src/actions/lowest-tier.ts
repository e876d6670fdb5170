import type { Plan } from '../domain/plan/plan.ts';
import { tierSchema, type Tier } from '../domain/policy/verdict.ts';
import { actionOf } from './registry.ts';

/**
 * The lowest risk tier that a plan can have: the highest `lowestTier` of the plan's actions. The result is computed
 * from the steps, so no field of a plan can change it.
 */
export function lowestTierOf(plan: Plan): Tier {
  const ranks = plan.steps.map((step) => tierSchema.options.indexOf(actionOf(step.action).lowestTier));
  return tierSchema.options[Math.max(...ranks)] ?? 'high';
}
