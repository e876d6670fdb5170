import { systemNamespace } from '../../../src/domain/names.ts';
import { celString } from '../../../src/actions/guardrail.ts';
import { allowedNodeNames } from '../../../src/actions/node-guardrail.ts';
import { admissionPolicy, requestedWrite } from './admission-policy.ts';
import type { Manifest } from '../manifest.ts';
import {
  bindsAccountOfSameName,
  isWithinCeiling,
  isOneOf,
  minterValidations,
  minterVariables,
} from './minter-guardrail.ts';
import { accounts, nodeGrantNamePattern, systemUsername } from '../names.ts';
import { nodeCeilingRules } from '../rights/node-rights.ts';
import type { GuardrailValues } from '../values.ts';

/** Name of a ValidatingAdmissionPolicy and of its binding. The policy limits the node minter. */
export const nodeMinterPolicyName = 'airlock-node-minter';

const rbac = 'rbac.authorization.k8s.io';
const clusterWrites = [`${rbac}/clusterroles/`, `${rbac}/clusterrolebindings/`].flatMap((what) => [
  `CREATE ${what}`,
  `DELETE ${what}`,
]);
const accountWrites = ['CREATE /serviceaccounts/', 'DELETE /serviceaccounts/', 'CREATE /serviceaccounts/token'];

/**
 * Guardrail 2 (SECURITY.md) for actions on nodes: limits the node minter (the ServiceAccount with which Vault creates
 * identities for these actions).
 * - The minter may create identities only in `airlock-system`. Their names must contain an action on nodes.
 * - The minter may bind an identity only to the ClusterRole of the same name.
 * - The rules of this ClusterRole may cover only nodes that the administrator allows. `aggregationRule` is forbidden,
 *   because with it a controller would add rules of other ClusterRoles.
 */
export function nodeMinterGuardrail(values: GuardrailValues): Manifest[] {
  const system = celString(systemNamespace);
  const allowed = `r.resourceNames.all(n, n.matches(${celString(allowedNodeNames(values.allowedNodes))}))`;
  return admissionPolicy({
    name: nodeMinterPolicyName,
    users: `request.userInfo.username == ${celString(systemUsername(accounts.nodeMinter))}`,
    variables: { write: requestedWrite, ...minterVariables },
    validations: [
      {
        expression:
          `${isOneOf(clusterWrites)} || ` +
          `(${isOneOf(accountWrites)} && request.?namespace.orValue('') == ${system})`,
        message: `minter: may only write ServiceAccounts and tokens in ${systemNamespace}, ClusterRoles and their bindings`,
      },
      ...minterValidations(nodeGrantNamePattern, values.maxTokenSeconds),
      {
        expression:
          `variables.write != 'CREATE ${rbac}/clusterroles/' || (!has(object.aggregationRule) && ` +
          `object.rules.all(r, ${isWithinCeiling(nodeCeilingRules)} && ${allowed}))`,
        message: 'minter: may only grant rules over named nodes that the administrator allows',
      },
      {
        expression:
          `variables.write != 'CREATE ${rbac}/clusterrolebindings/' || ` +
          `(${bindsAccountOfSameName({ kind: 'ClusterRole', name: 'object.metadata.name' }, system)})`,
        message: 'minter: may bind a ClusterRole only to the ServiceAccount of the same name',
      },
    ],
  });
}
