import type { Check } from '../../src/domain/rehearsal/report.ts';
import { checkResult, type CheckInput } from '../report/check-input.ts';
import type { Refusal } from '../run/refusal.ts';

/**
 * Passes if nothing refused a write of the plan. Airlock's rules for the actions can refuse a write, and so can the
 * cluster's admission policies and quotas.
 */
export function checkAdmission(input: CheckInput): Check {
  return checkResult('admission', [...input.refusals, ...refusalsOf(input, 'admission')], {
    passed: "Airlock's rules for each action and the cluster's admission control allowed every write",
    failed: 'a write was refused; the details name the rule. Change the plan or the rule',
  });
}

/**
 * Passes if the minter (the ServiceAccount that creates identities) could create the plan's identities, and if the RBAC
 * rules of these identities were sufficient for every request.
 */
export function checkRbacSufficient(input: CheckInput): Check {
  return checkResult('rbac-sufficient', refusalsOf(input, 'rbac-sufficient'), {
    passed:
      "Vault's minter account could grant the plan's RBAC rules, and these rules were sufficient for every request",
    failed:
      "the plan's RBAC rules are not sufficient, or they exceed what the cluster administrator lets Airlock grant",
  });
}

/** The refusals that make the check `id` fail. The undo of a plan can be refused too. */
export function refusalsOf({ planRun, undoRun }: CheckInput, id: Refusal['check']): string[] {
  return [planRun?.refusal, undoRun?.refusal]
    .filter((refusal) => refusal !== undefined)
    .filter((refusal) => refusal.check === id)
    .map(describeRefusal);
}

/** A refusal as a sentence: `step do-1: ` and the API server's message. */
export function describeRefusal({ during, message }: Refusal): string {
  return message.startsWith(`${during}:`) ? message : `${during}: ${message}`;
}
