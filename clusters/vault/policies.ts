import { execMount, nodeMount, readMount, systemNamespace, type ProcessName } from '../../src/domain/names.ts';
import { grantNameTemplate, lockedActions, nodeActions } from '../guardrails/names.ts';
import { checkpointKey, grantRolePrefix, readerRole, redactionKey, reportKey, transitMount } from './names.ts';
import { policyText, type PathRule } from './policy-text.ts';

/** A target, as far as policies bound it. */
export interface PolicyTarget {
  name: string;
  allowedNamespaces: readonly string[];
}

/** Without Vault's `default` policy, which allows more than this. */
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
/** The gateway's alone: whoever signs says that a journal continues what was signed before. */
const signCheckpoints: PathRule = { path: `${transitMount}/sign/${checkpointKey}`, capabilities: ['update'] };

const redact: PathRule = { path: `${transitMount}/hmac/${redactionKey}`, capabilities: ['update'] };

/** With the lease's id in the path and not in the body, so that the policy bounds it: leases of these roles alone. */
function revokeBelow(creds: string): PathRule {
  return { path: `sys/leases/revoke/${creds}`, capabilities: ['update'] };
}

/** Lock 1: the policy of each identity, for these targets. */
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

/** The one lease of a read mount: `airlock-reader` in the whole cluster, for as long as its Vault role says. */
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

/** Parameters of a role that the target's own locks bound, or that bound nothing. */
const freeRoleParameters = {
  generated_role_rules: [],
  token_default_ttl: [],
  token_max_ttl: [],
  extra_labels: [],
  extra_annotations: [],
};

/**
 * One Vault role per execution, its credential, and its end.
 * - `service_account_name` would hand out the token of any ServiceAccount (Kubernetes has no escalation check on token
 *   requests), `kubernetes_role_name` and `_type` would bind roles that exist, a namespace selector would choose
 *   namespaces by label: all denied, as is every parameter that is not listed.
 * - Namespaces and name templates only as the owner and the catalogue have them.
 * - `revoke-prefix` is root-protected, hence `sudo`; on this path it ends the leases of the gateway's own roles alone.
 *   The sweeper needs it for a grant whose lease id a crash kept out of the ledger; it finds those by listing roles.
 * - Nothing on `config`, which holds the minter's token.
 */
function grants({ name, allowedNamespaces }: PolicyTarget): PathRule[] {
  const mount = execMount(name);
  return [
    {
      path: `${mount}/roles/${grantRolePrefix}*`,
      capabilities: ['create', 'update', 'delete'],
      required: ['allowed_kubernetes_namespaces', 'name_template', 'generated_role_rules'],
      allowed: {
        allowed_kubernetes_namespaces: allowedNamespaces,
        name_template: lockedActions.map(grantNameTemplate),
        ...freeRoleParameters,
      },
      denied: ['service_account_name', 'kubernetes_role_name', 'kubernetes_role_type'],
    },
    {
      path: `${mount}/creds/${grantRolePrefix}*`,
      capabilities: ['update'],
      allowed: { kubernetes_namespace: allowedNamespaces, ttl: [] },
    },
    ...endings(mount),
  ];
}

/** How a grant ends, and how the sweeper finds those whose lease id a crash kept out of the ledger. */
function endings(mount: string): PathRule[] {
  return [
    { path: `${mount}/roles/`, capabilities: ['list'] },
    revokeBelow(`${mount}/creds/${grantRolePrefix}*`),
    { path: `sys/leases/revoke-prefix/${mount}/creds/${grantRolePrefix}*`, capabilities: ['update', 'sudo'] },
  ];
}

/**
 * The same on the third mount, whose roles are ClusterRoles, and nothing but that: `kubernetes_role_type` must say so
 * here and may not be there on the other mounts. Where a target's owner does not want node actions there is no such
 * mount, and these rules reach nothing.
 */
function nodeGrants({ name }: PolicyTarget): PathRule[] {
  const mount = nodeMount(name);
  return [
    {
      path: `${mount}/roles/${grantRolePrefix}*`,
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
      path: `${mount}/creds/${grantRolePrefix}*`,
      capabilities: ['update'],
      required: ['kubernetes_namespace', 'cluster_role_binding'],
      allowed: { kubernetes_namespace: [systemNamespace], cluster_role_binding: [true], ttl: [] },
    },
    ...endings(mount),
  ];
}
