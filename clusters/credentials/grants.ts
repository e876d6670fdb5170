import { AirlockError } from '../../src/lib/error.ts';
import { execMount, nodeMount, metadataPrefix, systemNamespace } from '../../src/domain/names.ts';
import type { Grant, GrantRequest, Grants, LeaseRecord } from '../../src/execution/ports.ts';
import { Secret } from '../../src/platform/secret.ts';
import type { VaultRequester } from '../../src/platform/vault/vault-client.ts';
import type { KubernetesApi } from '../../src/steps/kubernetes-api.ts';
import { grantNameTemplate } from '../guardrails/names.ts';
import { executionRolePrefix } from '../vault/names.ts';

/** What the issuer of grants needs. */
export interface GrantsDeps {
  /** Calls Vault with the gateway's identity. */
  vault: VaultRequester;
  /** Creates a client of one cluster. The client authenticates with `token`. Nothing else uses this token. */
  connect: (access: { cluster: string; token: Secret }) => KubernetesApi & Disposable;
}

/**
 * The shortest lifetime that Kubernetes gives a token. Airlock revokes every grant after use, so this limit matters
 * only if the revocation fails.
 */
const tokenTtl = '600s';

/**
 * Creates the issuer of grants. A grant is a credential for one execution of a plan. For each execution, the issuer
 * creates one Vault role in Vault's Kubernetes secrets engine, with the RBAC rules of the plan. Then the issuer
 * requests one lease of that role. The token in Vault's response goes into the client and nowhere else.
 */
export function createGrants(deps: GrantsDeps): Grants {
  return {
    mint: (request) => mint(deps, request),
    revoke: (lease) => revokeLease(deps.vault, lease),
    async executionsWithRole(cluster) {
      const roles = await Promise.all(mountsOf(cluster).map((mount) => rolesOn(deps.vault, mount)));
      const names = roles.flat().filter((name) => name.startsWith(executionRolePrefix));
      return names.map((name) => name.slice(executionRolePrefix.length));
    },
  };
}

/**
 * The Vault mounts that issue grants for a cluster. The mount of `nodeMount` exists only if the cluster administrator
 * allows actions on nodes.
 */
function mountsOf(cluster: string): string[] {
  return [execMount(cluster), nodeMount(cluster)];
}

async function rolesOn(vault: VaultRequester, mount: string): Promise<string[]> {
  const answer = await vault.request('LIST', `${mount}/roles`).catch(notFoundAsUndefined);
  return answer?.data?.keys ?? [];
}

async function mint({ vault, connect }: GrantsDeps, request: GrantRequest): Promise<Grant> {
  const { execution, cluster } = request;
  const role = executionRolePrefix + execution;
  const { mount, roleBody, credsBody } = request.namespace === undefined ? onNodes(request) : inNamespace(request);
  await vault
    .request('POST', `${mount}/roles/${role}`, roleBody)
    .catch((error: unknown) => throwMissingMount(error, mount));
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

interface MintRequests {
  mount: string;
  roleBody: object;
  credsBody: object;
}

function inNamespace({ cluster, namespace, ...request }: GrantRequest): MintRequests {
  const roleBody = { ...roleOf(request), allowed_kubernetes_namespaces: namespace };
  return { mount: execMount(cluster), roleBody, credsBody: { kubernetes_namespace: namespace } };
}

/**
 * Nodes have no namespace. So the grant consists of a ServiceAccount in `airlock-system` and a ClusterRoleBinding to a
 * ClusterRole.
 */
function onNodes({ cluster, ...request }: GrantRequest): MintRequests {
  return {
    mount: nodeMount(cluster),
    roleBody: {
      ...roleOf(request),
      allowed_kubernetes_namespaces: systemNamespace,
      kubernetes_role_type: 'ClusterRole',
    },
    credsBody: { kubernetes_namespace: systemNamespace, cluster_role_binding: true },
  };
}

function roleOf({ execution, action, rules }: Pick<GrantRequest, 'execution' | 'action' | 'rules'>): object {
  return {
    name_template: grantNameTemplate(action),
    generated_role_rules: JSON.stringify({ rules }),
    token_default_ttl: tokenTtl,
    token_max_ttl: tokenTtl,
    extra_labels: { [`${metadataPrefix}execution`]: execution },
  };
}

/** Throws an error that explains the 404 of a mount that does not exist. Throws every other error unchanged. */
function throwMissingMount(error: unknown, mount: string): never {
  if (!(error instanceof AirlockError) || error.details['status'] !== 404) throw error;
  const message =
    `Vault has no mount ${mount}. Either the cluster administrator does not allow node actions (allowedNodes), ` +
    'or the administrator allowed them only after Vault was set up. In the second case, set Vault up again';
  throw new AirlockError({ code: 'vault-mount-missing', message, details: { mount } }, { cause: error });
}

/**
 * Revokes the lease of an execution, then deletes the execution's Vault role. If a crash lost the lease id, the
 * function revokes all leases of that Vault role. No other execution uses the role. `sync`: when Vault answers, the
 * ServiceAccount and its RBAC objects in the target are deleted. Vault reports no error for a lease that has already
 * ended.
 */
async function revokeLease(vault: VaultRequester, { execution, cluster, leaseId }: LeaseRecord): Promise<void> {
  const role = executionRolePrefix + execution;
  if (leaseId) await vault.request('PUT', `sys/leases/revoke/${leaseId}`, { sync: true });
  for (const mount of mountsOf(cluster)) {
    if (!(await rolesOn(vault, mount)).includes(role)) continue;
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
