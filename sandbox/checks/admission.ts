import type { Check } from '../../src/domain/rehearsal/report.ts';
import { check, type Findings } from '../report/findings.ts';
import type { Refusal } from '../replay/refusal.ts';

/** Nothing refused the plan's writes: neither the actions themselves nor the cluster's admission policies and quotas. */
export function admission(findings: Findings): Check {
  return check('admission', [...findings.refusals, ...refusalsOf(findings, 'admission')], {
    passed: "the actions' own rules and the cluster's admission let every write pass",
    failed: 'a write was refused: see who refused it, and change the plan or the rule',
  });
}

/** The minted identity could do all that the plan needs, and the minter could mint it. */
export function rbacSufficient(findings: Findings): Check {
  return check('rbac-sufficient', refusalsOf(findings, 'rbac-sufficient'), {
    passed: 'the minter could grant the rules, and they were enough for every request',
    failed: "the rules are not enough, or above what the target's owner lets Airlock grant",
  });
}

/** What stopped the plan, by the check that it fails. */
export function refusalsOf({ done, undone }: Findings, id: Refusal['check']): string[] {
  return [done?.refusal, undone?.refusal]
    .filter((refusal) => refusal !== undefined)
    .filter((refusal) => refusal.check === id)
    .map(describeRefusal);
}

/** `step do-1: ...`, in the API server's words. */
export function describeRefusal({ during, words }: Refusal): string {
  return words.startsWith(`${during}:`) ? words : `${during}: ${words}`;
}
