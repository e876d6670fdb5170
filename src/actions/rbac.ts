import type { Plan } from '../domain/plan/plan.ts';
import { stepsOf } from '../domain/plan/plan.ts';
import type { PolicyRule } from '../domain/policy/policy-rule.ts';
import type { Direction } from '../domain/execution/execution.ts';
import { bind } from './catalogue.ts';

/** The smallest rules that let one direction of a plan run: the union of its steps' rules, each once. */
export function rulesOf(plan: Plan, direction: Direction): PolicyRule[] {
  const rules = new Map<string, PolicyRule>();
  for (const step of stepsOf(plan, direction)) {
    const { action, use } = bind(plan.namespace, step);
    for (const rule of action.rules(use)) rules.set(JSON.stringify(rule), rule);
  }
  return [...rules.values()];
}
