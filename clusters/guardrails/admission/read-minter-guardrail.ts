import { systemNamespace } from '../../../src/domain/names.ts';
import { celString } from '../../../src/actions/guardrails/guardrail.ts';
import { admissionPolicy, requestedWrite } from './admission-policy.ts';
import type { Manifest } from '../manifest.ts';
import { bindsAccountOfSameName, writeIsOneOf, minterValidations, minterVariables } from './minter-guardrail.ts';
import { accounts, clusterRoles, mintedByLabel, readNamePattern, systemUsername } from '../names.ts';
import type { GuardrailValues } from '../values.ts';

/** Name of a ValidatingAdmissionPolicy and of its binding. The policy limits the read minter. */
export const readMinterPolicyName = 'airlock-read-minter';

// Each write is operation, API group, resource and subresource. The name of the core API group is empty.
const createBinding = 'CREATE rbac.authorization.k8s.io/clusterrolebindings/';
const bindingWrites = [createBinding, 'DELETE rbac.authorization.k8s.io/clusterrolebindings/'];
const accountWrites = ['CREATE /serviceaccounts/', 'DELETE /serviceaccounts/', 'CREATE /serviceaccounts/token'];

/**
 * Guardrail 2 (SECURITY.md) for read leases: limits the read minter (the ServiceAccount with which Vault creates read
 * leases).
 * - The minter may create identities only in `airlock-system`. Their names must begin with `airlock-read-`.
 * - The minter may bind these identities only to the ClusterRole `airlock-reader`.
 */
export function readMinterGuardrail(values: GuardrailValues): Manifest[] {
  const celNamespace = celString(systemNamespace);
  return admissionPolicy({
    name: readMinterPolicyName,
    users: `request.userInfo.username == ${celString(systemUsername(accounts.readMinter))}`,
    variables: { write: requestedWrite, ...minterVariables },
    validations: [
      {
        expression:
          `${writeIsOneOf(bindingWrites)} || ` +
          `(${writeIsOneOf(accountWrites)} && request.?namespace.orValue('') == ${celNamespace})`,
        message: `minter: may only create and delete ServiceAccounts in ${systemNamespace}, create tokens in ${systemNamespace}, and create and delete ClusterRoleBindings`,
      },
      ...minterValidations({
        namePattern: readNamePattern,
        label: mintedByLabel,
        maxTokenSeconds: values.maxTokenSeconds,
      }),
      {
        expression:
          `variables.write != ${celString(createBinding)} || ` +
          `(${bindsAccountOfSameName({ kind: 'ClusterRole', name: celString(clusterRoles.reader) }, celNamespace)})`,
        message: `minter: may bind only ${clusterRoles.reader}, and only to one ServiceAccount in ${systemNamespace}, whose name must be the name of the binding`,
      },
    ],
  });
}
