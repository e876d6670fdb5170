import { admissionPolicy, celList, celString, requestedWrite } from './admission-policy.ts';
import { ceilingRules } from '../rights/exec-rights.ts';
import type { Manifest } from '../manifest.ts';
import { bindsItself, grantedRule, isOneOf, minterValidations, minterVariables } from './minter-guardrail.ts';
import { accounts, grantNames, systemUsername } from '../names.ts';
import type { OwnerValues } from '../values.ts';

export const execMinterLock = 'airlock-exec-minter';

const rbac = 'rbac.authorization.k8s.io';
const writes = [
  'CREATE /serviceaccounts/token',
  ...['/serviceaccounts/', `${rbac}/roles/`, `${rbac}/rolebindings/`].flatMap((what) => [
    `CREATE ${what}`,
    `DELETE ${what}`,
  ]),
];

/**
 * Lock 2: what the exec minter may do with the rights that it holds. It needs them: token requests have no escalation
 * check, so without this it could ask for the token of any ServiceAccount; and it holds the ceiling to be able to pass
 * it on, but must never use it itself.
 */
export function execMinterPolicy(values: OwnerValues): Manifest[] {
  return admissionPolicy({
    name: execMinterLock,
    who: `request.userInfo.username == ${celString(systemUsername(accounts.execMinter))}`,
    variables: { write: requestedWrite, ...minterVariables },
    validations: [
      {
        expression: isOneOf(writes),
        message: 'minter: only creates and deletes ServiceAccounts, Roles and RoleBindings, and creates tokens',
      },
      {
        expression: `request.?namespace.orValue('') in ${celList(values.allowedNamespaces)}`,
        message: 'minter: the owner has not opened this namespace to Airlock',
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
