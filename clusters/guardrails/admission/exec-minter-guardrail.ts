import { celList, celString } from '../../../src/actions/guardrails/guardrail.ts';
import { admissionPolicy, requestedWrite } from './admission-policy.ts';
import { ceilingRules } from '../rights/exec-rights.ts';
import type { Manifest } from '../manifest.ts';
import {
  bindsAccountOfSameName,
  isWithinCeiling,
  writeIsOneOf,
  minterValidations,
  minterVariables,
} from './minter-guardrail.ts';
import { accounts, clusterRoles, executionLabel, namespacedGrantNamePattern, systemUsername } from '../names.ts';
import type { GuardrailValues } from '../values.ts';

/**
 * Name of a ValidatingAdmissionPolicy and of its binding. The policy limits the exec minter: the ServiceAccount with
 * which Vault creates identities for actions in namespaces.
 */
export const execMinterPolicyName = 'airlock-exec-minter';

const rbac = 'rbac.authorization.k8s.io';
const allowedWrites = [
  'CREATE /serviceaccounts/token',
  ...['/serviceaccounts/', `${rbac}/roles/`, `${rbac}/rolebindings/`].flatMap((what) => [
    `CREATE ${what}`,
    `DELETE ${what}`,
  ]),
];

/**
 * Guardrail 2 (SECURITY.md): limits the exec minter. RBAC must give this minter more permissions than needed:
 * - RBAC lets the minter request the token of every ServiceAccount in the allowed namespaces. This guardrail allows
 *   only the tokens of minted identities.
 * - RBAC lets a user grant only permissions that the user has. So the minter has all permissions of the ceiling: the
 *   most that a grant can have. RBAC alone would let the minter patch Deployments itself. This guardrail denies every
 *   such patch.
 */
export function execMinterGuardrail(values: GuardrailValues): Manifest[] {
  return admissionPolicy({
    name: execMinterPolicyName,
    users: `request.userInfo.username == ${celString(systemUsername(accounts.execMinter))}`,
    variables: { write: requestedWrite, ...minterVariables },
    validations: [
      {
        expression: writeIsOneOf(allowedWrites),
        message: 'minter: may only create and delete ServiceAccounts, Roles and RoleBindings, and create tokens',
      },
      {
        expression: `request.?namespace.orValue('') in ${celList(values.allowedNamespaces)}`,
        message: 'minter: the administrator does not allow Airlock in this namespace',
      },
      ...minterValidations({
        namePattern: namespacedGrantNamePattern,
        label: executionLabel,
        maxTokenSeconds: values.maxTokenSeconds,
      }),
      {
        expression:
          `variables.write != 'CREATE ${rbac}/roles/' || ` + `object.rules.all(r, ${isWithinCeiling(ceilingRules)})`,
        message: `minter: may only grant rules that have resourceNames and are within ${clusterRoles.ceiling}`,
      },
      {
        expression:
          `variables.write != 'CREATE ${rbac}/rolebindings/' || ` +
          `(${bindsAccountOfSameName({ kind: 'Role', name: 'object.metadata.name' }, 'request.namespace')})`,
        message: 'minter: may bind a Role only to one ServiceAccount, with the name and namespace of the Role',
      },
    ],
  });
}
