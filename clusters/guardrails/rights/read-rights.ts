import { systemNamespace } from '../../../src/domain/names.ts';
import { clusterRole, clusterRoleBinding, role, roleBinding, type Manifest } from '../manifest.ts';
import { accounts, clusterRoles } from '../names.ts';
import { readerClusterRole } from './reader.ts';

const rbac = 'rbac.authorization.k8s.io';
const readMinter = { account: accounts.readMinter, accountNamespace: systemNamespace };

/**
 * The permissions of the read minter (the ServiceAccount with which Vault creates read leases), and the ClusterRole
 * `airlock-reader`.
 * - The verb `bind` lets the minter grant the ClusterRole `airlock-reader`, although the minter does not have the
 *   permissions of this ClusterRole.
 * - The permissions on ServiceAccounts and tokens apply only in `airlock-system`. The installed ServiceAccounts are in
 *   this namespace too. `readMinterGuardrail` protects the installed ServiceAccounts from the minter.
 */
export function readRights(): Manifest[] {
  return [
    readerClusterRole(),
    clusterRole(clusterRoles.readMinter, [
      { apiGroups: [rbac], resources: ['clusterrolebindings'], verbs: ['create', 'delete'] },
      { apiGroups: [rbac], resources: ['clusterroles'], resourceNames: [clusterRoles.reader], verbs: ['bind'] },
    ]),
    clusterRoleBinding({ roleKind: 'ClusterRole', role: clusterRoles.readMinter, ...readMinter }),
    role(systemNamespace, accounts.readMinter, [
      { apiGroups: [''], resources: ['serviceaccounts', 'serviceaccounts/token'], verbs: ['create', 'delete'] },
    ]),
    roleBinding(systemNamespace, { roleKind: 'Role', role: accounts.readMinter, ...readMinter }),
  ];
}
