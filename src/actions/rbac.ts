import type { Plan } from '../domain/plan/plan.ts';
import { stepsOf } from '../domain/plan/plan.ts';
import type { PolicyRule } from '../domain/policy/policy-rule.ts';
import type { Direction } from '../domain/execution/execution.ts';
import { bind } from './registry.ts';

/**
 * Returns the smallest RBAC rules for one direction of the plan: the rules of the steps (`do`) or of the undo steps
 * (`undo`). Equal rules appear once.
 */
export function rulesOf(plan: Plan, direction: Direction): PolicyRule[] {
  const rules = new Map<string, PolicyRule>();
  for (const step of stepsOf(plan, direction)) {
    const { action, input } = bind(plan.namespace, step);
    for (const rule of action.rules(input)) rules.set(JSON.stringify(rule), rule);
  }
  return [...rules.values()];
}
