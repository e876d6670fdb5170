import { systemNamespace } from '../../../src/domain/names.ts';
import { clusterRole, clusterRoleBinding, role, roleBinding, type Manifest, type Rule } from '../manifest.ts';
import { accounts, clusterRoles } from '../names.ts';

const subject = { account: accounts.nodeMinter, accountNamespace: systemNamespace };

/** Guardrail 3 of the third mount, the ceiling: the most that a grant on nodes can have. No `nodes/status`, no `list`. */
export const nodeCeilingRules: readonly Rule[] = [{ apiGroups: [''], resources: ['nodes'], verbs: ['get', 'patch'] }];

/**
 * The node minter's rights: to mint, and the ceiling. Both apply in the whole cluster, because nodes have no namespace.
 * Neither `escalate` nor `bind`. ServiceAccounts and tokens only in `airlock-system`, where its guardrail protects the
 * installed ServiceAccounts.
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
