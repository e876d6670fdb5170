import { systemNamespace } from '../../../src/domain/names.ts';
import { celString } from '../../../src/actions/guardrail.ts';
import { allowedNodeNames } from '../../../src/actions/node-guardrail.ts';
import { admissionPolicy, requestedWrite } from './admission-policy.ts';
import type { Manifest } from '../manifest.ts';
import { bindsItself, grantedRule, isOneOf, minterValidations, minterVariables } from './minter-guardrail.ts';
import { accounts, nodeGrantNames, systemUsername } from '../names.ts';
import { nodeCeilingRules } from '../rights/node-rights.ts';
import type { GuardrailValues } from '../values.ts';

export const nodeMinterPolicyName = 'airlock-node-minter';

const rbac = 'rbac.authorization.k8s.io';
const clusterWrites = [`${rbac}/clusterroles/`, `${rbac}/clusterrolebindings/`].flatMap((what) => [
  `CREATE ${what}`,
  `DELETE ${what}`,
]);
const accountWrites = ['CREATE /serviceaccounts/', 'DELETE /serviceaccounts/', 'CREATE /serviceaccounts/token'];

/**
 * Guardrail 2 of the third mount: the node minter may create only identities in `airlock-system` that are named after an
 * action on nodes, each bound to a ClusterRole of its own name over nodes that the administrator allows. No aggregation: a
 * controller would add rules of other ClusterRoles to such a role.
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
        message: `minter: only ServiceAccounts and tokens in ${systemNamespace}, ClusterRoles and their bindings`,
      },
      ...minterValidations(nodeGrantNames, values.maxTokenSeconds),
      {
        expression:
          `variables.write != 'CREATE ${rbac}/clusterroles/' || (!has(object.aggregationRule) && ` +
          `object.rules.all(r, ${grantedRule(nodeCeilingRules)} && ${allowed}))`,
        message: 'minter: rules only over named nodes that the administrator allows',
      },
      {
        expression:
          `variables.write != 'CREATE ${rbac}/clusterrolebindings/' || ` +
          `(${bindsItself({ kind: 'ClusterRole', name: 'object.metadata.name' }, system)})`,
        message: 'minter: binds a ClusterRole only to the ServiceAccount of the same name',
      },
    ],
  });
}
