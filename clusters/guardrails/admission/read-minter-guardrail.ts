import { systemNamespace } from '../../../src/domain/names.ts';
import { celString } from '../../../src/actions/guardrail.ts';
import { admissionPolicy, requestedWrite } from './admission-policy.ts';
import type { Manifest } from '../manifest.ts';
import { bindsAccountOfSameName, isOneOf, minterValidations, minterVariables } from './minter-guardrail.ts';
import { accounts, clusterRoles, readNamePattern, systemUsername } from '../names.ts';
import type { GuardrailValues } from '../values.ts';

/** Name of a ValidatingAdmissionPolicy and of its binding. The policy limits the read minter. */
export const readMinterPolicyName = 'airlock-read-minter';

const binding = 'rbac.authorization.k8s.io/clusterrolebindings/';
const accountWrites = ['CREATE /serviceaccounts/', 'DELETE /serviceaccounts/', 'CREATE /serviceaccounts/token'];

/**
 * Guardrail 2 (SECURITY.md) for read leases: limits the read minter (the ServiceAccount with which Vault creates read
 * leases). The minter may create only identities named `airlock-read-...`, only in `airlock-system`. The minter may
 * bind these identities only to the ClusterRole `airlock-reader`.
 */
export function readMinterGuardrail(values: GuardrailValues): Manifest[] {
  const system = celString(systemNamespace);
  return admissionPolicy({
    name: readMinterPolicyName,
    users: `request.userInfo.username == ${celString(systemUsername(accounts.readMinter))}`,
    variables: { write: requestedWrite, ...minterVariables },
    validations: [
      {
        expression:
          `${isOneOf([`CREATE ${binding}`, `DELETE ${binding}`])} || ` +
          `(${isOneOf(accountWrites)} && request.?namespace.orValue('') == ${system})`,
        message: `minter: may only write ServiceAccounts and tokens in ${systemNamespace}, and ClusterRoleBindings`,
      },
      ...minterValidations(readNamePattern, values.maxTokenSeconds),
      {
        expression:
          `variables.write != 'CREATE ${binding}' || ` +
          `(${bindsAccountOfSameName({ kind: 'ClusterRole', name: celString(clusterRoles.reader) }, system)})`,
        message: `minter: may bind only ${clusterRoles.reader}, and only to the ServiceAccount of the same name`,
      },
    ],
  });
}
