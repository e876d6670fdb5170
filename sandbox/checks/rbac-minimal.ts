import { rulesOf } from '../../src/actions/rbac.ts';
import type { Direction } from '../../src/domain/execution/execution.ts';
import { describeRule, type PolicyRule } from '../../src/domain/policy/policy-rule.ts';
import type { Check } from '../../src/domain/rehearsal/report.ts';
import { checkResult, type CheckInput } from '../report/check-input.ts';
import type { RbacRequest } from '../run/recorded-api.ts';
import type { SandboxRun } from '../run/run-plan.ts';

/**
 * Fails if the RBAC rules for the steps, or for the undo steps, contain a permission that no request used. Checks only
 * the rules of completed runs: in a refused run, some steps may have sent no requests.
 */
export function checkRbacMinimal({ plan, planRun, undoRun }: CheckInput): Check {
  const unusedByRun = (direction: Direction, run: SandboxRun | undefined): string[] =>
    run && !run.refusal
      ? rulesOf(plan, direction).flatMap((rule) =>
          unusedOfRule(rule, run.requests).map((line) => `${direction}: ${line}`),
        )
      : [];
  return checkResult('rbac-minimal', [...unusedByRun('do', planRun), ...unusedByRun('undo', undoRun)], {
    passed: 'the rehearsal found no unused permission in the RBAC rules of the plan',
    failed: 'the RBAC rules of the plan contain permissions that no step used',
  });
}

/** Returns the unused permissions of the rule. Each line has one verb and one object. */
function unusedOfRule(rule: PolicyRule, requests: readonly RbacRequest[]): string[] {
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
