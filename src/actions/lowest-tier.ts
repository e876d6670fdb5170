import type { Plan } from '../domain/plan/plan.ts';
import { tierSchema, type Tier } from '../domain/policy/verdict.ts';
import { actionOf } from './registry.ts';

/**
 * The lowest tier that a plan can have: the highest `lowestTier` among the actions of its steps. A plan cannot change it.
 */
export function lowestTierOf(plan: Plan): Tier {
  const ranks = plan.steps.map((step) => tierSchema.options.indexOf(actionOf(step.action).lowestTier));
  return tierSchema.options[Math.max(...ranks)] ?? 'high';
}
