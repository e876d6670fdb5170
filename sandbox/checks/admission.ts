import type { Check } from '../../src/domain/rehearsal/report.ts';
import { checkResult, type CheckInput } from '../report/check-input.ts';
import type { Refusal } from '../run/refusal.ts';

/**
 * Passes if nothing refused the plan or its undo. Airlock's rules for the actions can refuse the plan. The API server
 * can refuse a write, for example because of an admission policy or a quota. `checkRbacSufficient` covers refusals by
 * RBAC.
 */
export function checkAdmission(input: CheckInput): Check {
  return checkResult('admission', [...input.refusals, ...refusalsOf(input, 'admission')], {
    passed: "Airlock's rules for each action and the cluster's admission control allowed every write",
    failed: 'a write was refused; the details name the rule. Change the plan or the rule',
  });
}

/**
 * Passes if RBAC let the minter (the ServiceAccount with which Vault creates identities) create the identities for the
 * plan and its undo, and if RBAC allowed every request of these identities.
 */
export function checkRbacSufficient(input: CheckInput): Check {
  return checkResult('rbac-sufficient', refusalsOf(input, 'rbac-sufficient'), {
    passed:
      "Vault's minter account could grant the plan's RBAC rules, and these rules were sufficient for every request",
    failed:
      "the plan's RBAC rules are not sufficient, or they exceed what the cluster administrator lets Airlock grant",
  });
}

/** Returns the refusals of the plan and of its undo that make the check `id` fail. */
export function refusalsOf({ planRun, undoRun }: CheckInput, id: Refusal['check']): string[] {
  return [planRun?.refusal, undoRun?.refusal]
    .filter((refusal) => refusal !== undefined)
    .filter((refusal) => refusal.check === id)
    .map(describeRefusal);
}

/** Returns a refusal as a sentence: the refused operation (such as `step do-1: `) and the API server's message. */
export function describeRefusal({ during, message }: Refusal): string {
  return message.startsWith(`${during}:`) ? message : `${during}: ${message}`;
}
