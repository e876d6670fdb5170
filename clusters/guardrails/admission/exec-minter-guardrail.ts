import { celList, celString } from '../../../src/actions/guardrail.ts';
import { admissionPolicy, requestedWrite } from './admission-policy.ts';
import { ceilingRules } from '../rights/exec-rights.ts';
import type { Manifest } from '../manifest.ts';
import {
  bindsAccountOfSameName,
  isWithinCeiling,
  isOneOf,
  minterValidations,
  minterVariables,
} from './minter-guardrail.ts';
import { accounts, grantNamePattern, systemUsername } from '../names.ts';
import type { GuardrailValues } from '../values.ts';

/**
 * Name of a ValidatingAdmissionPolicy and of its binding. The policy limits the exec minter. Refusals contain this
 * name.
 */
export const execMinterPolicyName = 'airlock-exec-minter';

const rbac = 'rbac.authorization.k8s.io';
const writes = [
  'CREATE /serviceaccounts/token',
  ...['/serviceaccounts/', `${rbac}/roles/`, `${rbac}/rolebindings/`].flatMap((what) => [
    `CREATE ${what}`,
    `DELETE ${what}`,
  ]),
];

/**
 * Guardrail 2 (SECURITY.md): limits the exec minter (the ServiceAccount with which Vault creates identities for actions
 * in namespaces). RBAC must give the minter more permissions than the minter may use:
 * - RBAC lets the minter request the token of any ServiceAccount. This guardrail allows only tokens of minted
 *   identities.
 * - RBAC lets a user grant only permissions that the user has. So the minter has all permissions of the ceiling (those
 *   that a grant can have at most). This guardrail lets the minter grant these permissions, but not use them to write.
 */
export function execMinterGuardrail(values: GuardrailValues): Manifest[] {
  return admissionPolicy({
    name: execMinterPolicyName,
    users: `request.userInfo.username == ${celString(systemUsername(accounts.execMinter))}`,
    variables: { write: requestedWrite, ...minterVariables },
    validations: [
      {
        expression: isOneOf(writes),
        message: 'minter: may only create and delete ServiceAccounts, Roles and RoleBindings, and create tokens',
      },
      {
        expression: `request.?namespace.orValue('') in ${celList(values.allowedNamespaces)}`,
        message: 'minter: the administrator does not allow Airlock in this namespace',
      },
      ...minterValidations(grantNamePattern, values.maxTokenSeconds),
      {
        expression: `variables.write != 'CREATE ${rbac}/roles/' || object.rules.all(r, ${isWithinCeiling(ceilingRules)})`,
        message: 'minter: may only grant rules over named objects, within the ceiling',
      },
      {
        expression:
          `variables.write != 'CREATE ${rbac}/rolebindings/' || ` +
          `(${bindsAccountOfSameName({ kind: 'Role', name: 'object.metadata.name' }, 'request.namespace')})`,
        message: 'minter: may bind a Role only to the ServiceAccount of the same name',
      },
    ],
  });
}
