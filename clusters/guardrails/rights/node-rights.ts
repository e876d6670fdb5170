import { systemNamespace } from '../../../src/domain/names.ts';
import { clusterRole, clusterRoleBinding, role, roleBinding, type Manifest, type Rule } from '../manifest.ts';
import { accounts, clusterRoles } from '../names.ts';

const nodeMinter = { account: accounts.nodeMinter, accountNamespace: systemNamespace };

/**
 * The ceiling for actions on nodes (guardrail 3 in SECURITY.md). A grant is the credential of one execution. A grant for
 * nodes can have at most these permissions. Actions on nodes need no other ones.
 */
export const nodeCeilingRules: readonly Rule[] = [{ apiGroups: [''], resources: ['nodes'], verbs: ['get', 'patch'] }];

/**
 * The permissions of the node minter (the ServiceAccount with which Vault creates identities for actions on nodes):
 * those that minting needs, and those of the ceiling.
 * - The permissions on nodes, ClusterRoles and ClusterRoleBindings apply in the whole cluster: these kinds have no
 *   namespace.
 * - The verbs `escalate` and `bind` are missing on purpose: each of these verbs would disable the ceiling.
 * - The permissions on ServiceAccounts and tokens apply only in `airlock-system`. The ServiceAccounts that the chart
 *   installs are in this namespace too. `nodeMinterGuardrail` protects them from the minter.
 */
export function nodeRights(): Manifest[] {
  return [
    clusterRole(clusterRoles.nodeCeiling, [...nodeCeilingRules]),
    clusterRole(clusterRoles.nodeMinter, [
      {
        apiGroups: ['rbac.authorization.k8s.io'],
        resources: ['clusterroles', 'clusterrolebindings'],
        verbs: ['create', 'delete'],
      },
    ]),
    clusterRoleBinding({ roleKind: 'ClusterRole', role: clusterRoles.nodeCeiling, ...nodeMinter }),
    clusterRoleBinding({ roleKind: 'ClusterRole', role: clusterRoles.nodeMinter, ...nodeMinter }),
    role(systemNamespace, accounts.nodeMinter, [
      { apiGroups: [''], resources: ['serviceaccounts', 'serviceaccounts/token'], verbs: ['create', 'delete'] },
    ]),
    roleBinding(systemNamespace, { roleKind: 'Role', role: accounts.nodeMinter, ...nodeMinter }),
  ];
}
