import { execMount, nodeMount, readMount, systemNamespace, type ProcessName } from '../../src/domain/names.ts';
import { namespacedActions, nodeActions } from '../../src/actions/registry.ts';
import { grantNameTemplate } from '../guardrails/names.ts';
import {
  checkpointKey,
  checkpointMount,
  executionRolePrefix,
  readerRole,
  redactionKey,
  reportKey,
  rowKey,
  transitMount,
  vaultIdentity,
} from './names.ts';
import { appRolePath } from '../../src/platform/vault/app-role.ts';
import { policyText, type PathRule } from './policy-text.ts';

/** What the policies must know about a target. */
export interface PolicyTarget {
  name: string;
  /** Namespaces whose objects Airlock may change. */
  allowedNamespaces: readonly string[];
}

/** What each process may do with its own Vault token. Vault's policy `default` would allow more. */
const ownToken: readonly PathRule[] = [
  { path: 'auth/token/lookup-self', capabilities: ['read'] },
  { path: 'auth/token/renew-self', capabilities: ['update'] },
  { path: 'auth/token/revoke-self', capabilities: ['update'] },
];

/**
 * Allows a process to replace the secret id of its own role, and of no other. A request cannot choose lifetime,
 * addresses or metadata: Vault refuses every parameter, so the role sets them.
 */
function ownSecretId(process: ProcessName): PathRule[] {
  const role = appRolePath(vaultIdentity(process));
  return [
    { path: `${role}/secret-id`, capabilities: ['update'], denied: ['*'] },
    { path: `${role}/secret-id-accessor/destroy`, capabilities: ['update'], allowed: { secret_id_accessor: [] } },
  ];
}

const verifyReports: readonly PathRule[] = [
  { path: `${transitMount}/verify/${reportKey}`, capabilities: ['update'] },
  { path: `${transitMount}/keys/${reportKey}`, capabilities: ['read'] },
];

const readCheckpointKeys: PathRule = { path: `${transitMount}/keys/${checkpointKey}`, capabilities: ['read'] };
const signCheckpoints: PathRule = { path: `${transitMount}/sign/${checkpointKey}`, capabilities: ['update'] };

const redact: PathRule = { path: `${transitMount}/hmac/${redactionKey}`, capabilities: ['update'] };

/**
 * Allows the gateways to keep copies of the last checkpoint. `update` is not allowed: a gateway adds a copy, then deletes
 * the copies of smaller checkpoints.
 */
const keepCheckpoints: readonly PathRule[] = [
  { path: `${checkpointMount}/`, capabilities: ['list'] },
  { path: `${checkpointMount}/*`, capabilities: ['create', 'read', 'delete'] },
];

/** Allows making and checking the MACs of the gateway's database rows. */
const authenticateRows: readonly PathRule[] = [
  { path: `${transitMount}/hmac/${rowKey}`, capabilities: ['update'] },
  { path: `${transitMount}/verify/${rowKey}`, capabilities: ['update'] },
];

/**
 * Allows revoking the leases whose ids match a pattern, such as `k8s-east-read/creds/reader/*`. The path of the request
 * must contain the lease id. No policy allows `sys/leases/revoke`, where the lease id is in the request's body.
 */
function revokeLeases(pattern: string): PathRule {
  return { path: `sys/leases/revoke/${pattern}`, capabilities: ['update'] };
}

/** Returns the text of each process's Vault policy. The gateway's policy is guardrail 1 (SECURITY.md). */
export function vaultPolicies(targets: readonly PolicyTarget[]): Record<ProcessName, string> {
  return {
    serve: policyText([...ownToken, ...ownSecretId('serve'), ...verifyReports, readCheckpointKeys]),
    reason: policyText(ownToken),
    observe: policyText([
      ...ownToken,
      ...ownSecretId('observe'),
      ...verifyReports,
      { path: `${transitMount}/sign/${reportKey}`, capabilities: ['update'] },
      redact,
      ...targets.flatMap(readLeaseRules),
    ]),
    gateway: policyText([
      ...ownToken,
      ...ownSecretId('gateway'),
      ...verifyReports,
      readCheckpointKeys,
      signCheckpoints,
      ...keepCheckpoints,
      ...authenticateRows,
      redact,
      ...targets.flatMap(grantRules),
      ...targets.flatMap(nodeGrantRules),
    ]),
  };
}

/**
 * Allows requesting and revoking read leases of a target. A request cannot choose the ClusterRole or the lifetime: the
 * Vault role `reader` sets both.
 */
function readLeaseRules({ name }: PolicyTarget): PathRule[] {
  const creds = `${readMount(name)}/creds/${readerRole}`;
  return [
    {
      path: creds,
      capabilities: ['update'],
      allowed: { kubernetes_namespace: [systemNamespace], cluster_role_binding: [true] },
    },
    revokeLeases(`${creds}/*`),
  ];
}

/**
 * Parameters of a Vault role for which Vault allows every value. The guardrails in the target limit the RBAC rules, the
 * lifetimes and the labels. `extra_annotations` is not in this list, so Vault refuses this parameter.
 */
const freeRoleParameters = {
  generated_role_rules: [],
  token_default_ttl: [],
  token_max_ttl: [],
  extra_labels: [],
};

/**
 * Allows the gateway to write and delete Vault roles for executions, to request grants, and to revoke grants.
 * - `service_account_name` would let Vault issue tokens of existing ServiceAccounts. Kubernetes has no escalation check
 *   on token requests.
 * - `kubernetes_role_name` would let Vault bind an existing Role or ClusterRole.
 * - `kubernetes_role_type` would let Vault use ClusterRoles. In namespaces, an execution needs only a Role.
 * - `denied` takes precedence over `allowed`. So these three stay refused even if somebody adds one to `allowed`.
 * - No rule allows the path `config`, where Vault stores the minter's token. So the gateway cannot replace this token.
 */
function grantRules({ name, allowedNamespaces }: PolicyTarget): PathRule[] {
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
    ...revocationRules(mount),
  ];
}

/**
 * Allows revoking grants and listing Vault roles. After a crash, the lease id of a grant can be missing in the ledger.
 * The gateway then finds the execution's Vault role in the list, and revokes all leases of this role with
 * `revoke-prefix`. Vault demands `sudo` for `revoke-prefix`.
 */
function revocationRules(mount: string): PathRule[] {
  return [
    { path: `${mount}/roles/`, capabilities: ['list'] },
    revokeLeases(`${mount}/creds/${executionRolePrefix}*`),
    { path: `sys/leases/revoke-prefix/${mount}/creds/${executionRolePrefix}*`, capabilities: ['update', 'sudo'] },
  ];
}

/**
 * The counterpart of `grantRules` for actions on nodes. These grants need a ClusterRole, so `kubernetes_role_type` is
 * required here. If the administrator does not allow actions on nodes, the mount does not exist. Then these rules have
 * no effect.
 */
function nodeGrantRules({ name }: PolicyTarget): PathRule[] {
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
    ...revocationRules(mount),
  ];
}
