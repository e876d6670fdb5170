import { systemNamespace } from '../../../src/domain/names.ts';
import { clusterRole, roleBinding, type Manifest, type Rule } from '../manifest.ts';
import { accounts, clusterRoles } from '../names.ts';
import type { GuardrailValues } from '../values.ts';

/**
 * Guardrail 3 (SECURITY.md), the ceiling: the permissions that a grant (the credential of one execution) can have at
 * most. Vault creates grants as the exec minter (an installed ServiceAccount). RBAC lets the minter grant only
 * permissions that the minter has itself. So the ceiling limits Vault too. The ceiling lacks `list`, `watch` and
 * `delete`, because no action needs these verbs.
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
 * The permissions of the exec minter: those that minting needs, and those of the ceiling. Both apply only in the
 * allowed namespaces. The minter must have neither the verb `escalate` nor the verb `bind`: either verb would disable
 * the ceiling.
 */
export function execRights(values: GuardrailValues): Manifest[] {
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
