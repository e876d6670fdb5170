import { execMount, nodeMount, readMount, systemNamespace, type ProcessName } from '../../src/domain/names.ts';
import { namespacedActions, nodeActions } from '../../src/actions/registry.ts';
import { grantNameTemplate } from '../guardrails/names.ts';
import { checkpointKey, executionRolePrefix, readerRole, redactionKey, reportKey, transitMount } from './names.ts';
import { policyText, type PathRule } from './policy-text.ts';

/** The fields of a target that the policies use. */
export interface PolicyTarget {
  name: string;
  allowedNamespaces: readonly string[];
}

/** What each process may do with its own token. These rules replace Vault's policy `default`, which allows more. */
const ownToken: readonly PathRule[] = [
  { path: 'auth/token/lookup-self', capabilities: ['read'] },
  { path: 'auth/token/renew-self', capabilities: ['update'] },
  { path: 'auth/token/revoke-self', capabilities: ['update'] },
];

const verifyReports: readonly PathRule[] = [
  { path: `${transitMount}/verify/${reportKey}`, capabilities: ['update'] },
  { path: `${transitMount}/keys/${reportKey}`, capabilities: ['read'] },
];

const readCheckpointKeys: PathRule = { path: `${transitMount}/keys/${checkpointKey}`, capabilities: ['read'] };
/**
 * Only the gateway may sign checkpoints. A signed checkpoint states that the journal still contains every earlier
 * record unchanged.
 */
const signCheckpoints: PathRule = { path: `${transitMount}/sign/${checkpointKey}`, capabilities: ['update'] };

const redact: PathRule = { path: `${transitMount}/hmac/${redactionKey}`, capabilities: ['update'] };

/**
 * Allows to revoke the leases below a path, such as `k8s-east-read/creds/reader/*`. A request must have the lease id in
 * its path: Vault denies a request with the lease id in the body.
 */
function revokeBelow(creds: string): PathRule {
  return { path: `sys/leases/revoke/${creds}`, capabilities: ['update'] };
}

/** Returns the Vault policy of each process for these targets. The gateway's policy is guardrail 1 (SECURITY.md). */
export function vaultPolicies(targets: readonly PolicyTarget[]): Record<ProcessName, string> {
  return {
    serve: policyText([...ownToken, ...verifyReports, readCheckpointKeys]),
    reason: policyText(ownToken),
    observe: policyText([
      ...ownToken,
      ...verifyReports,
      { path: `${transitMount}/sign/${reportKey}`, capabilities: ['update'] },
      redact,
      ...targets.flatMap(readLease),
    ]),
    gateway: policyText([
      ...ownToken,
      ...verifyReports,
      readCheckpointKeys,
      signCheckpoints,
      redact,
      ...targets.flatMap(grants),
      ...targets.flatMap(nodeGrants),
    ]),
  };
}

/**
 * Allows to request and to revoke read leases of a target. Every read lease grants the ClusterRole `airlock-reader`.
 * The Vault role `reader` sets the lifetime.
 */
function readLease({ name }: PolicyTarget): PathRule[] {
  const creds = `${readMount(name)}/creds/${readerRole}`;
  return [
    {
      path: creds,
      capabilities: ['update'],
      allowed: { kubernetes_namespace: [systemNamespace], cluster_role_binding: [true] },
    },
    revokeBelow(`${creds}/*`),
  ];
}

/**
 * Parameters of a Vault role that may have any value. The guardrails of the target limit the rules and the lifetimes.
 * Labels and annotations grant nothing.
 */
const freeRoleParameters = {
  generated_role_rules: [],
  token_default_ttl: [],
  token_max_ttl: [],
  extra_labels: [],
  extra_annotations: [],
};

/**
 * Allows the gateway to create one Vault role per execution, to request a credential of that role, and to revoke the
 * credential.
 * - `denied`: with `service_account_name`, Vault would issue the token of any ServiceAccount, because Kubernetes has no
 *   escalation check on token requests. With `kubernetes_role_name` and `kubernetes_role_type`, Vault would bind
 *   existing roles.
 * - Vault also refuses every parameter that is not in `allowed`, such as a selector of namespaces by label.
 * - The allowed namespaces are those of the administrator. The allowed name templates are those of the registered
 *   actions.
 * - `revoke-prefix` needs `sudo` in Vault. On this path it reaches only leases of the gateway's own roles.
 *   `revocations` says why the gateway needs `revoke-prefix`.
 * - The path `config` has no rule, so the gateway cannot read or replace the minter's token there. With this token,
 *   Vault creates identities in the target.
 */
function grants({ name, allowedNamespaces }: PolicyTarget): PathRule[] {
  const mount = execMount(name);
  return [
    {
      path: `${mount}/roles/${executionRolePrefix}*`,
      capabilities: ['create', 'update', 'delete'],
      required: ['allowed_kubernetes_namespaces', 'name_template', 'generated_role_rules'],
      allowed: {
        allowed_kubernetes_namespaces: allowedNamespaces,
        name_template: namespacedActions.map(grantNameTemplate),
        ...freeRoleParameters,
      },
      denied: ['service_account_name', 'kubernetes_role_name', 'kubernetes_role_type'],
    },
    {
      path: `${mount}/creds/${executionRolePrefix}*`,
      capabilities: ['update'],
      allowed: { kubernetes_namespace: allowedNamespaces, ttl: [] },
    },
    ...revocations(mount),
  ];
}

/**
 * Allows to revoke grants, and to list Vault roles. The sweeper of the gateway revokes the grants that a crash left
 * behind. If the lease id of a grant is not in the ledger, the sweeper finds the grant by its Vault role and revokes by
 * `revoke-prefix`.
 */
function revocations(mount: string): PathRule[] {
  return [
    { path: `${mount}/roles/`, capabilities: ['list'] },
    revokeBelow(`${mount}/creds/${executionRolePrefix}*`),
    { path: `sys/leases/revoke-prefix/${mount}/creds/${executionRolePrefix}*`, capabilities: ['update', 'sudo'] },
  ];
}

/**
 * Allows the same as `grants`, but on the mount for actions on nodes. This mount issues only ClusterRoles, so the
 * parameter `kubernetes_role_type` is mandatory. `grants` denies this parameter. If the administrator does not allow
 * actions on nodes, the mount does not exist, and these rules have no effect.
 */
function nodeGrants({ name }: PolicyTarget): PathRule[] {
  const mount = nodeMount(name);
  return [
    {
      path: `${mount}/roles/${executionRolePrefix}*`,
      capabilities: ['create', 'update', 'delete'],
      required: ['allowed_kubernetes_namespaces', 'name_template', 'generated_role_rules', 'kubernetes_role_type'],
      allowed: {
        allowed_kubernetes_namespaces: [systemNamespace],
        name_template: nodeActions.map(grantNameTemplate),
        kubernetes_role_type: ['ClusterRole'],
        ...freeRoleParameters,
      },
      denied: ['service_account_name', 'kubernetes_role_name'],
    },
    {
      path: `${mount}/creds/${executionRolePrefix}*`,
      capabilities: ['update'],
      required: ['kubernetes_namespace', 'cluster_role_binding'],
      allowed: { kubernetes_namespace: [systemNamespace], cluster_role_binding: [true], ttl: [] },
    },
    ...revocations(mount),
  ];
}
