import { systemNamespace } from '../../../src/domain/names.ts';
import { clusterRole, clusterRoleBinding, role, roleBinding, type Manifest } from '../manifest.ts';
import { accounts, clusterRoles } from '../names.ts';
import { reader } from './reader.ts';

const rbac = 'rbac.authorization.k8s.io';
const subject = { account: accounts.readMinter, accountNamespace: systemNamespace };

/**
 * The read minter's rights. It holds none of the reader's: `bind` on that one ClusterRole lets it bind what it does
 * not hold, and nothing else. ServiceAccounts and tokens in `airlock-system` alone, where its lock keeps it off the
 * accounts of the minters and the halter.
 */
export function readRights(): Manifest[] {
  return [
    reader(),
    clusterRole(clusterRoles.readMinter, [
      { apiGroups: [rbac], resources: ['clusterrolebindings'], verbs: ['create', 'delete'] },
      { apiGroups: [rbac], resources: ['clusterroles'], resourceNames: [clusterRoles.reader], verbs: ['bind'] },
    ]),
    clusterRoleBinding({ roleKind: 'ClusterRole', role: clusterRoles.readMinter, ...subject }),
    role(systemNamespace, accounts.readMinter, [
      { apiGroups: [''], resources: ['serviceaccounts', 'serviceaccounts/token'], verbs: ['create', 'delete'] },
    ]),
    roleBinding(systemNamespace, { roleKind: 'Role', role: accounts.readMinter, ...subject }),
  ];
}
