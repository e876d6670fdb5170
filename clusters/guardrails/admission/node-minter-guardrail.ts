import { systemNamespace } from '../../../src/domain/names.ts';
import { celString } from '../../../src/actions/guardrails/guardrail.ts';
import { allowedNodesPattern } from '../../../src/actions/guardrails/node-guardrail.ts';
import { admissionPolicy, requestedWrite } from './admission-policy.ts';
import type { Manifest } from '../manifest.ts';
import {
  bindsAccountOfSameName,
  isWithinCeiling,
  writeIsOneOf,
  minterValidations,
  minterVariables,
} from './minter-guardrail.ts';
import { accounts, clusterRoles, executionLabel, nodeGrantNamePattern, systemUsername } from '../names.ts';
import { nodeCeilingRules } from '../rights/node-rights.ts';
import type { GuardrailValues } from '../values.ts';

/** Name of a ValidatingAdmissionPolicy and of its binding. The policy limits the node minter. */
export const nodeMinterPolicyName = 'airlock-node-minter';

const rbac = 'rbac.authorization.k8s.io';
// Each write is operation, API group, resource and subresource. The name of the core API group is empty.
const clusterScopedWrites = [`${rbac}/clusterroles/`, `${rbac}/clusterrolebindings/`].flatMap((resource) => [
  `CREATE ${resource}`,
  `DELETE ${resource}`,
]);
const accountWrites = ['CREATE /serviceaccounts/', 'DELETE /serviceaccounts/', 'CREATE /serviceaccounts/token'];

/**
 * Guardrail 2 (SECURITY.md) for actions on nodes: limits the node minter (the ServiceAccount with which Vault creates
 * identities for these actions).
 * - The minter may create identities only in `airlock-system`. Their names must contain an action on nodes.
 * - The minter may bind an identity only to the ClusterRole that has the same name as the identity.
 * - The rules of this ClusterRole must be within the ceiling, and may cover only nodes that the administrator allows.
 * - This ClusterRole must have no `aggregationRule`. Otherwise a controller would add rules of other ClusterRoles.
 */
export function nodeMinterGuardrail(values: GuardrailValues): Manifest[] {
  const celNamespace = celString(systemNamespace);
  const namesAllowedNodes = `r.resourceNames.all(n, n.matches(${celString(allowedNodesPattern(values.allowedNodes))}))`;
  return admissionPolicy({
    name: nodeMinterPolicyName,
    users: `request.userInfo.username == ${celString(systemUsername(accounts.nodeMinter))}`,
    variables: { write: requestedWrite, ...minterVariables },
    validations: [
      {
        expression:
          `${writeIsOneOf(clusterScopedWrites)} || ` +
          `(${writeIsOneOf(accountWrites)} && request.?namespace.orValue('') == ${celNamespace})`,
        message: `minter: may only create and delete ServiceAccounts in ${systemNamespace}, create tokens in ${systemNamespace}, and create and delete ClusterRoles and ClusterRoleBindings`,
      },
      ...minterValidations({
        namePattern: nodeGrantNamePattern,
        label: executionLabel,
        maxTokenSeconds: values.maxTokenSeconds,
      }),
      {
        expression:
          `variables.write != 'CREATE ${rbac}/clusterroles/' || (!has(object.aggregationRule) && ` +
          `object.rules.all(r, ${isWithinCeiling(nodeCeilingRules)} && ${namesAllowedNodes}))`,
        message: `minter: may only grant permissions of ${clusterRoles.nodeCeiling}, for named nodes that the administrator allows, without aggregationRule`,
      },
      {
        expression:
          `variables.write != 'CREATE ${rbac}/clusterrolebindings/' || ` +
          `(${bindsAccountOfSameName({ kind: 'ClusterRole', name: 'object.metadata.name' }, celNamespace)})`,
        message: `minter: may bind a ClusterRole only to one ServiceAccount in ${systemNamespace}, and both must have the name of the binding`,
      },
    ],
  });
}
