import { systemNamespace } from '../../../src/domain/names.ts';
import { clusterRole, roleBinding, type Manifest, type Rule } from '../manifest.ts';
import { accounts, clusterRoles } from '../names.ts';
import type { GuardrailValues } from '../values.ts';

/**
 * Guardrail 3 (SECURITY.md), the ceiling: the permissions that a grant (the credential of one execution) can have at
 * most. To create a grant, Vault uses the token of the exec minter (an installed ServiceAccount). RBAC lets the minter
 * grant only permissions that the minter has itself. So the ceiling limits Vault too. The ceiling has only the verbs
 * `get` and `patch`, because actions in namespaces need no other verbs.
 */
export const ceilingRules: readonly Rule[] = [
  { apiGroups: ['apps'], resources: ['deployments', 'deployments/scale'], verbs: ['get', 'patch'] },
  { apiGroups: ['apps'], resources: ['replicasets'], verbs: ['get'] },
];

/** The permissions that the exec minter needs to create and delete identities. */
const mintingRules: Rule[] = [
  { apiGroups: [''], resources: ['serviceaccounts', 'serviceaccounts/token'], verbs: ['create', 'delete'] },
  { apiGroups: ['rbac.authorization.k8s.io'], resources: ['roles', 'rolebindings'], verbs: ['create', 'delete'] },
];

/**
 * The permissions of the exec minter: those that minting needs, and those of the ceiling. `execMinterGuardrail` lets
 * the minter grant only those of the ceiling. All these permissions apply only in the allowed namespaces. The verbs
 * `escalate` and `bind` are missing on purpose: each of these verbs would disable the ceiling.
 */
export function execRights(values: GuardrailValues): Manifest[] {
  const bindings = values.allowedNamespaces.flatMap((namespace) =>
    [clusterRoles.minter, clusterRoles.ceiling].map((clusterRoleName) =>
      roleBinding(namespace, {
        roleKind: 'ClusterRole',
        role: clusterRoleName,
        account: accounts.execMinter,
        accountNamespace: systemNamespace,
      }),
    ),
  );
  return [
    clusterRole(clusterRoles.minter, mintingRules),
    clusterRole(clusterRoles.ceiling, [...ceilingRules]),
    ...bindings,
  ];
}
