import { rulesOf } from '../../src/actions/rbac.ts';
import type { Direction } from '../../src/domain/execution/execution.ts';
import { describeRule, type PolicyRule } from '../../src/domain/policy/policy-rule.ts';
import type { Check } from '../../src/domain/rehearsal/report.ts';
import { checkResult, type CheckInput } from '../report/check-input.ts';
import type { RbacRequest } from '../run/recorded-api.ts';
import type { SandboxRun } from '../run/run-plan.ts';

/**
 * Passes if the plan and its undo used every permission that they were granted. Ignores a direction that did not run or
 * was refused, because then some of its steps sent no requests.
 */
export function checkRbacMinimal({ plan, planRun, undoRun }: CheckInput): Check {
  const unused = (direction: Direction, run: SandboxRun | undefined): string[] =>
    run && !run.refusal
      ? rulesOf(plan, direction).flatMap((rule) => unusedOf(rule, run.requests).map((line) => `${direction}: ${line}`))
      : [];
  return checkResult('rbac-minimal', [...unused('do', planRun), ...unused('undo', undoRun)], {
    passed: 'the plan used every permission that it was granted',
    failed: 'the plan did not use every permission that it was granted',
  });
}

/** Returns the permissions of the rule that no request used: one line per verb and object. */
function unusedOf(rule: PolicyRule, requests: readonly RbacRequest[]): string[] {
  const [group = ''] = rule.apiGroups;
  const [resource = ''] = rule.resources;
  return rule.verbs.flatMap((verb) =>
    rule.resourceNames
      .filter(
        (name) =>
          !requests.some((r) => r.verb === verb && r.group === group && r.resource === resource && r.name === name),
      )
      .map((name) => describeRule({ ...rule, verbs: [verb], resourceNames: [name] })),
  );
}
