import type { Check } from '../../src/domain/rehearsal/report.ts';
import { checkResult, type CheckInput } from '../report/check-input.ts';
import type { Refusal } from '../run/refusal.ts';

/**
 * Fails if the rules of the plan's actions refuse the plan, or if the API server refused a request of the plan or its
 * undo. For example, an admission policy or a quota can refuse a request. A refusal by RBAC counts in
 * `checkRbacSufficient` instead.
 */
export function checkAdmission(input: CheckInput): Check {
  return checkResult('admission', [...input.actionRefusals, ...refusalsOf(input, 'admission')], {
    passed: "the rules of the plan's actions and the admission control of the cluster refused nothing",
    failed: 'the plan or its undo was refused; the details say why. Change the plan or the refusing rule',
  });
}

/**
 * Fails if RBAC refused a request. The minter sends requests that create the identities for the plan and the undo.
 * These identities send the requests of the steps.
 */
export function checkRbacSufficient(input: CheckInput): Check {
  return checkResult('rbac-sufficient', refusalsOf(input, 'rbac-sufficient'), {
    passed: "RBAC refused no request of Vault's minter account, of the plan or of its undo",
    failed:
      'RBAC refused a request: the RBAC rules of the plan lack a permission, or contain one that Airlock may not grant',
  });
}

/** Returns the refusals of the plan and of its undo that make the check `id` fail. */
export function refusalsOf({ planRun, undoRun }: CheckInput, id: Refusal['check']): string[] {
  return [planRun?.refusal, undoRun?.refusal]
    .filter((refusal) => refusal !== undefined)
    .filter((refusal) => refusal.check === id)
    .map(describeRefusal);
}

/** Returns a text such as `step do-1: <message>`. */
export function describeRefusal({ during, message }: Refusal): string {
  return message.startsWith(`${during}:`) ? message : `${during}: ${message}`;
}
