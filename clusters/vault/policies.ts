import { execMount, nodeMount, readMount, systemNamespace, type ProcessName } from '../../src/domain/names.ts';
import { namespacedActions, nodeActions } from '../../src/actions/registry.ts';
import { grantNameTemplate } from '../guardrails/names.ts';
import { checkpointKey, grantRolePrefix, readerRole, redactionKey, reportKey, transitMount } from './names.ts';
import { policyText, type PathRule } from './policy-text.ts';

/** The part of a target that policies refer to. */
export interface PolicyTarget {
  name: string;
  allowedNamespaces: readonly string[];
}

/** Replaces Vault's `default` policy, which allows more. */
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
/** Only for the gateway: the signer of a checkpoint states that the journal continues every earlier checkpoint. */
const signCheckpoints: PathRule = { path: `${transitMount}/sign/${checkpointKey}`, capabilities: ['update'] };

const redact: PathRule = { path: `${transitMount}/hmac/${redactionKey}`, capabilities: ['update'] };

/** The lease id is in the path and not in the body, so that the policy limits it to leases of these roles. */
function revokeBelow(creds: string): PathRule {
  return { path: `sys/leases/revoke/${creds}`, capabilities: ['update'] };
}

/** Guardrail 1: the Vault policy of each process for these targets. */
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

/** The only lease of a read mount: ClusterRole `airlock-reader`, for the time that its Vault role sets. */
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

/** Parameters of a Vault role that the target's own guardrails limit, or that grant nothing. */
const freeRoleParameters = {
  generated_role_rules: [],
  token_default_ttl: [],
  token_max_ttl: [],
  extra_labels: [],
  extra_annotations: [],
};

/**
 * One Vault role per execution, its credential, and its revocation.
 * - Denied, as is every parameter that is not listed: `service_account_name` would give out the token of any ServiceAccount,
 *   because Kubernetes has no escalation check on token requests; `kubernetes_role_name` and `kubernetes_role_type` would
 *   bind existing roles; a namespace selector would choose namespaces by label.
 * - Namespaces are those that the administrator allows, and name templates those of the registered actions.
 * - `revoke-prefix` is root-protected, hence `sudo`; on this path it reaches only leases of the gateway's own roles. The
 *   sweeper needs it when a crash kept a lease id out of the ledger; it finds such grants by listing roles.
 * - Nothing on `config`, which contains the minter's token.
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
        name_template: namespacedActions.map(grantNameTemplate),
        ...freeRoleParameters,
      },
      denied: ['service_account_name', 'kubernetes_role_name', 'kubernetes_role_type'],
    },
    {
      path: `${mount}/creds/${grantRolePrefix}*`,
      capabilities: ['update'],
      allowed: { kubernetes_namespace: allowedNamespaces, ttl: [] },
    },
    ...revocations(mount),
  ];
}

/** Revokes grants, and lists roles so that the sweeper finds grants whose lease id a crash kept out of the ledger. */
function revocations(mount: string): PathRule[] {
  return [
    { path: `${mount}/roles/`, capabilities: ['list'] },
    revokeBelow(`${mount}/creds/${grantRolePrefix}*`),
    { path: `sys/leases/revoke-prefix/${mount}/creds/${grantRolePrefix}*`, capabilities: ['update', 'sudo'] },
  ];
}

/**
 * The same for the third mount, whose roles are ClusterRoles only: `kubernetes_role_type` is mandatory here and denied on the
 * other mounts. Where the administrator does not allow node actions, the mount does not exist and these rules have no effect.
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
    ...revocations(mount),
  ];
}
