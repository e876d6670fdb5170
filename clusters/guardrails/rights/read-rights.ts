import { systemNamespace } from '../../../src/domain/names.ts';
import { clusterRole, clusterRoleBinding, role, roleBinding, type Manifest } from '../manifest.ts';
import { accounts, clusterRoles } from '../names.ts';
import { reader } from './reader.ts';

const rbac = 'rbac.authorization.k8s.io';
const subject = { account: accounts.readMinter, accountNamespace: systemNamespace };

/**
 * The permissions of the read minter (the ServiceAccount with which Vault creates read leases). The minter itself does
 * not have the permissions of `airlock-reader`. The verb `bind` on that ClusterRole lets the minter grant
 * `airlock-reader`, and no other ClusterRole. The minter may write ServiceAccounts and tokens only in `airlock-system`.
 * The installed ServiceAccounts are there too; `readMinterGuardrail` protects them from the minter.
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
