import type { Check } from '../../src/domain/rehearsal/report.ts';
import { check, type Findings } from '../report/findings.ts';
import type { Refusal } from '../replay/refusal.ts';

/** Neither the actions' own rules nor the cluster's admission policies and quotas refused a write of the plan. */
export function admission(findings: Findings): Check {
  return check('admission', [...findings.refusals, ...refusalsOf(findings, 'admission')], {
    passed: "the actions' own rules and the cluster's admission control allowed every write",
    failed: 'a write was refused: the details name the rule; change the plan or the rule',
  });
}

/** The minter could mint the identity, and the identity's RBAC rules were sufficient for the plan. */
export function rbacSufficient(findings: Findings): Check {
  return check('rbac-sufficient', refusalsOf(findings, 'rbac-sufficient'), {
    passed: 'the minter could grant the RBAC rules, and they were sufficient for every request',
    failed: "the RBAC rules are not sufficient, or they exceed what the target's administrator lets Airlock grant",
  });
}

/** The refusals that fail this check. */
export function refusalsOf({ done, undone }: Findings, id: Refusal['check']): string[] {
  return [done?.refusal, undone?.refusal]
    .filter((refusal) => refusal !== undefined)
    .filter((refusal) => refusal.check === id)
    .map(describeRefusal);
}

/** `step do-1: ...`, with the API server's message. */
export function describeRefusal({ during, message }: Refusal): string {
  return message.startsWith(`${during}:`) ? message : `${during}: ${message}`;
}
