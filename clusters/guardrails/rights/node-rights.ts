import { systemNamespace } from '../../../src/domain/names.ts';
import { clusterRole, clusterRoleBinding, role, roleBinding, type Manifest, type Rule } from '../manifest.ts';
import { accounts, clusterRoles } from '../names.ts';

const subject = { account: accounts.nodeMinter, accountNamespace: systemNamespace };

/**
 * Guardrail 3 (SECURITY.md) for actions on nodes, the ceiling: the permissions that a grant on nodes can have at most.
 * The ceiling lacks `nodes/status` and the verb `list`, because no action needs them.
 */
export const nodeCeilingRules: readonly Rule[] = [{ apiGroups: [''], resources: ['nodes'], verbs: ['get', 'patch'] }];

/**
 * The permissions of the node minter (the ServiceAccount with which Vault creates identities for actions on nodes):
 * those that minting needs, and those of the ceiling.
 * - The permissions on nodes, ClusterRoles and ClusterRoleBindings apply in the whole cluster: these kinds have no
 *   namespace.
 * - The minter must have neither the verb `escalate` nor the verb `bind`: either verb would disable the ceiling.
 * - The minter may write ServiceAccounts and tokens only in `airlock-system`. The installed ServiceAccounts are there
 *   too; `nodeMinterGuardrail` protects them from the minter.
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
    clusterRoleBinding({ roleKind: 'ClusterRole', role: clusterRoles.nodeCeiling, ...subject }),
    clusterRoleBinding({ roleKind: 'ClusterRole', role: clusterRoles.nodeMinter, ...subject }),
    role(systemNamespace, accounts.nodeMinter, [
      { apiGroups: [''], resources: ['serviceaccounts', 'serviceaccounts/token'], verbs: ['create', 'delete'] },
    ]),
    roleBinding(systemNamespace, { roleKind: 'Role', role: accounts.nodeMinter, ...subject }),
  ];
}
