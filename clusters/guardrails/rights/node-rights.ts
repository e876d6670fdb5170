import { systemNamespace } from '../../../src/domain/names.ts';
import { clusterRole, clusterRoleBinding, role, roleBinding, type Manifest, type Rule } from '../manifest.ts';
import { accounts, clusterRoles } from '../names.ts';

const subject = { account: accounts.nodeMinter, accountNamespace: systemNamespace };

/** Lock 3 on the third mount: the most that a grant on nodes can hold. Neither `nodes/status` nor a list. */
export const nodeCeilingRules: readonly Rule[] = [{ apiGroups: [''], resources: ['nodes'], verbs: ['get', 'patch'] }];

/**
 * The node minter's rights: to mint, and the ceiling, in the whole cluster, because nodes stand in no namespace. Neither
 * `escalate` nor `bind`; ServiceAccounts and tokens in `airlock-system` alone, where its lock keeps it off the accounts
 * of the other minters and the halter.
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
