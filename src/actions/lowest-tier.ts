import type { Plan } from '../domain/plan/plan.ts';
import { tierSchema, type Tier } from '../domain/policy/verdict.ts';
import { actionOf } from './registry.ts';

/**
 * The lowest risk tier that a plan can have: the highest `lowestTier` of the actions of its steps. The result depends
 * on nothing else in the plan, so a plan cannot claim a lower tier.
 */
export function lowestTierOf(plan: Plan): Tier {
  const ranks = plan.steps.map((step) => tierSchema.options.indexOf(actionOf(step.action).lowestTier));
  return tierSchema.options[Math.max(...ranks)] ?? 'high';
}
