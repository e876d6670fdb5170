import { AirlockError } from '../../src/lib/error.ts';
import { execMount, nodeMount, systemNamespace } from '../../src/domain/names.ts';
import type { Grant, GrantRequest, Grants, LeaseRecord } from '../../src/execution/ports.ts';
import { Secret } from '../../src/platform/secret.ts';
import type { VaultRequester } from '../../src/platform/vault/vault-client.ts';
import type { KubernetesApi } from '../../src/steps/kubernetes-api.ts';
import { executionLabel, grantNameTemplate } from '../guardrails/names.ts';
import { executionRolePrefix } from '../vault/names.ts';

/** What the issuer of grants needs. */
export interface GrantsDeps {
  /** Calls Vault with the gateway's identity. */
  vault: VaultRequester;
  /** Creates a client of the API server of one cluster. Only this client uses `token`. */
  connect: (access: { cluster: string; token: Secret }) => KubernetesApi & Disposable;
}

/** Lifetime of a grant's token. Kubernetes issues no shorter token. Usually Airlock revokes the grant earlier. */
const tokenTtl = '600s';

/** Creates the issuer of grants. A grant is the credential of one execution. */
export function createGrants(deps: GrantsDeps): Grants {
  return {
    mint: (request) => mint(deps, request),
    revoke: (lease) => revokeLease(deps.vault, lease),
    async executionsWithRole(cluster) {
      const roles = await Promise.all(mountsOf(cluster).map((mount) => vaultRolesOn(deps.vault, mount)));
      const executionRoles = roles.flat().filter((role) => role.startsWith(executionRolePrefix));
      return executionRoles.map((role) => role.slice(executionRolePrefix.length));
    },
  };
}

/**
 * The Vault mounts that issue grants for a cluster. The second mount exists only if the cluster administrator allows
 * actions on nodes.
 */
function mountsOf(cluster: string): string[] {
  return [execMount(cluster), nodeMount(cluster)];
}

async function vaultRolesOn(vault: VaultRequester, mount: string): Promise<string[]> {
  const answer = await vault.request('LIST', `${mount}/roles`).catch(notFoundAsUndefined);
  return answer?.data?.keys ?? [];
}

/**
 * Creates a Vault role for this execution alone. The Vault role contains the RBAC rules of the request. Then takes one
 * lease of the Vault role. Only the client gets the token in Vault's response.
 */
async function mint({ vault, connect }: GrantsDeps, request: GrantRequest): Promise<Grant> {
  const { execution, cluster } = request;
  const role = executionRolePrefix + execution;
  const { mount, roleBody, credsBody } =
    request.namespace === undefined ? nodeRequests(request) : namespaceRequests(request);
  await vault
    .request('POST', `${mount}/roles/${role}`, roleBody)
    .catch((error: unknown) => explainMissingMount(error, mount, request));
  const { lease_id: leaseId, data } = await vault.request('POST', `${mount}/creds/${role}`, credsBody);
  const token = new Secret<string>(data.service_account_token);
  const client = connect({ cluster, token });
  return {
    leaseId,
    serviceAccount: data.service_account_name,
    api: client,
    [Symbol.dispose]: () => client[Symbol.dispose](),
  };
}

/** The two requests to Vault that mint a grant. */
interface MintRequests {
  mount: string;
  /** Body of the request that creates the Vault role. */
  roleBody: object;
  /** Body of the request that takes a lease of the Vault role. */
  credsBody: object;
}

/** Returns the requests for a grant in a namespace. There, Vault creates a ServiceAccount, a Role and a RoleBinding. */
function namespaceRequests({ cluster, namespace, ...request }: GrantRequest): MintRequests {
  const roleBody = { ...vaultRoleOf(request), allowed_kubernetes_namespaces: namespace };
  return { mount: execMount(cluster), roleBody, credsBody: { kubernetes_namespace: namespace } };
}

/**
 * Returns the requests for a grant on nodes, which have no namespace. Vault creates a ClusterRole and a
 * ClusterRoleBinding. Vault creates the ServiceAccount in `airlock-system`.
 */
function nodeRequests({ cluster, ...request }: GrantRequest): MintRequests {
  return {
    mount: nodeMount(cluster),
    roleBody: {
      ...vaultRoleOf(request),
      allowed_kubernetes_namespaces: systemNamespace,
      kubernetes_role_type: 'ClusterRole',
    },
    credsBody: { kubernetes_namespace: systemNamespace, cluster_role_binding: true },
  };
}

/** Returns the parameters that Vault roles on both mounts have. */
function vaultRoleOf({ execution, action, rules }: Pick<GrantRequest, 'execution' | 'action' | 'rules'>): object {
  return {
    name_template: grantNameTemplate(action),
    generated_role_rules: JSON.stringify({ rules }),
    token_default_ttl: tokenTtl,
    token_max_ttl: tokenTtl,
    extra_labels: { [executionLabel.key]: execution },
  };
}

/** Throws `vault-mount-missing` for a 404: the mount does not exist. Throws every other error unchanged. */
function explainMissingMount(error: unknown, mount: string, { namespace }: GrantRequest): never {
  if (!(error instanceof AirlockError) || error.details['status'] !== 404) throw error;
  const message =
    namespace === undefined
      ? `Vault has no mount ${mount}. Either the cluster administrator does not allow node actions ` +
        '(allowedNodes is empty), or allowed them after Vault was set up. In the second case, set Vault up again'
      : `Vault has no mount ${mount}. Set Vault up for this cluster`;
  throw new AirlockError({ code: 'vault-mount-missing', message, details: { mount } }, { cause: error });
}

/**
 * Revokes the lease of an execution, then deletes the execution's Vault role. Without a lease id, revokes all leases of
 * that Vault role. No other execution uses the Vault role. With `sync`, Vault answers after it has deleted the objects
 * of the lease in the target. Vault reports no error for a lease that has already ended.
 */
async function revokeLease(vault: VaultRequester, { execution, cluster, leaseId }: LeaseRecord): Promise<void> {
  const role = executionRolePrefix + execution;
  if (leaseId) await vault.request('PUT', `sys/leases/revoke/${leaseId}`, { sync: true });
  for (const mount of mountsOf(cluster)) {
    if (!(await vaultRolesOn(vault, mount)).includes(role)) continue;
    if (!leaseId) await vault.request('PUT', `sys/leases/revoke-prefix/${mount}/creds/${role}`, { sync: true });
    await vault.request('DELETE', `${mount}/roles/${role}`);
  }
}

/**
 * Returns undefined for a 404, and throws every other error. Vault answers a LIST request with 404 if the list is empty
 * or the mount does not exist.
 */
function notFoundAsUndefined(error: unknown): undefined {
  if (error instanceof AirlockError && error.details['status'] === 404) return undefined;
  throw error;
}
