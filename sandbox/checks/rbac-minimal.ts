import { rulesOf } from '../../src/actions/rbac.ts';
import type { Direction } from '../../src/domain/execution/execution.ts';
import { describeRule, type PolicyRule } from '../../src/domain/policy/policy-rule.ts';
import type { Check } from '../../src/domain/rehearsal/report.ts';
import { check, type Findings } from '../report/findings.ts';
import type { RbacRequest } from '../replay/recorded-api.ts';
import type { Replay } from '../replay/replay.ts';

/** The plan used every permission that its identities were granted. */
export function rbacMinimal({ plan, done, undone }: Findings): Check {
  const unused = (direction: Direction, replay: Replay | undefined): string[] =>
    replay && !replay.refusal
      ? rulesOf(plan, direction).flatMap((rule) => unusedOf(rule, replay.requests).map((one) => `${direction}: ${one}`))
      : [];
  return check('rbac-minimal', [...unused('do', done), ...unused('undo', undone)], {
    passed: 'every granted permission was used',
    failed: 'the plan does not use all permissions that it would be granted',
  });
}

/** The single permissions (verb and object) of a rule that no request used. */
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
