import { systemNamespace } from '../../../src/domain/names.ts';
import { clusterRole, roleBinding, type Manifest, type Rule } from '../manifest.ts';
import { accounts, clusterRoles } from '../names.ts';
import type { GuardrailValues } from '../values.ts';

/**
 * Guardrail 3, the ceiling: the most that any grant can have. The API server does not let the minter create a Role with more
 * than the minter itself has (RBAC's privilege escalation prevention), so this limits Vault too.
 * No `list` or `watch`: RBAC cannot limit them to object names. No `delete`: no action deletes.
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
 * The exec minter's rights: to mint, and the ceiling. Both are bound in each allowed namespace only. Neither `escalate` nor
 * `bind`, which would disable the ceiling.
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
