import { celList, celString } from '../../../src/actions/guardrail.ts';
import { admissionPolicy, requestedWrite } from './admission-policy.ts';
import { ceilingRules } from '../rights/exec-rights.ts';
import type { Manifest } from '../manifest.ts';
import { bindsItself, grantedRule, isOneOf, minterValidations, minterVariables } from './minter-guardrail.ts';
import { accounts, grantNames, systemUsername } from '../names.ts';
import type { GuardrailValues } from '../values.ts';

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
 * Guardrail 2: how the exec minter may use its rights. Token requests have no escalation check, so without this it could ask
 * for the token of any ServiceAccount. It holds the ceiling to pass parts of it on, and must never use it itself.
 */
export function execMinterGuardrail(values: GuardrailValues): Manifest[] {
  return admissionPolicy({
    name: execMinterPolicyName,
    users: `request.userInfo.username == ${celString(systemUsername(accounts.execMinter))}`,
    variables: { write: requestedWrite, ...minterVariables },
    validations: [
      {
        expression: isOneOf(writes),
        message: 'minter: only creates and deletes ServiceAccounts, Roles and RoleBindings, and creates tokens',
      },
      {
        expression: `request.?namespace.orValue('') in ${celList(values.allowedNamespaces)}`,
        message: 'minter: the administrator does not allow Airlock in this namespace',
      },
      ...minterValidations(grantNames, values.maxTokenSeconds),
      {
        expression: `variables.write != 'CREATE ${rbac}/roles/' || object.rules.all(r, ${grantedRule(ceilingRules)})`,
        message: 'minter: rules only over named objects of the ceiling',
      },
      {
        expression:
          `variables.write != 'CREATE ${rbac}/rolebindings/' || ` +
          `(${bindsItself({ kind: 'Role', name: 'object.metadata.name' }, 'request.namespace')})`,
        message: 'minter: binds a Role only to the ServiceAccount of the same name',
      },
    ],
  });
}
