import { systemNamespace } from '../../../src/domain/names.ts';
import { clusterRole, roleBinding, type Manifest, type Rule } from '../manifest.ts';
import { accounts, clusterRoles } from '../names.ts';
import type { OwnerValues } from '../values.ts';

/**
 * Lock 3, the ceiling: the most that any grant can hold. The API server refuses to let the minter create a Role with
 * more than the minter itself holds (privilege escalation prevention of RBAC), so this bounds Vault too.
 * No `list` or `watch`: those cannot be bounded by object name. No `delete`: no action deletes.
 */
export const ceilingRules: readonly Rule[] = [
  { apiGroups: ['apps'], resources: ['deployments', 'deployments/scale'], verbs: ['get', 'patch'] },
  { apiGroups: ['apps'], resources: ['replicasets'], verbs: ['get'] },
];

const minterRules: Rule[] = [
  { apiGroups: [''], resources: ['serviceaccounts', 'serviceaccounts/token'], verbs: ['create', 'delete'] },
  { apiGroups: ['rbac.authorization.k8s.io'], resources: ['roles', 'rolebindings'], verbs: ['create', 'delete'] },
];

/**
 * The exec minter's rights: to mint, and the ceiling. Bound in each allowed namespace and nowhere else; neither
 * `escalate` nor `bind`, which would switch the ceiling off.
 */
export function execRights(values: OwnerValues): Manifest[] {
  const bindings = values.allowedNamespaces.flatMap((namespace) =>
    [clusterRoles.minter, clusterRoles.ceiling].map((name) =>
      roleBinding(namespace, {
        roleKind: 'ClusterRole',
        role: name,
        account: accounts.execMinter,
        accountNamespace: systemNamespace,
      }),
    ),
  );
  return [
    clusterRole(clusterRoles.minter, minterRules),
    clusterRole(clusterRoles.ceiling, [...ceilingRules]),
    ...bindings,
  ];
}
