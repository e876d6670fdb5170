import { AirlockError } from '../../src/lib/error.ts';
import { execMount, nodeMount, metadataPrefix, systemNamespace } from '../../src/domain/names.ts';
import type { Grant, GrantRequest, Grants, LeaseRecord } from '../../src/execution/ports.ts';
import { Secret } from '../../src/platform/secret.ts';
import type { VaultRequester } from '../../src/platform/vault/vault-client.ts';
import type { KubernetesApi } from '../../src/steps/kubernetes-api.ts';
import { grantNameTemplate } from '../guardrails/names.ts';
import { grantRolePrefix } from '../vault/names.ts';

export interface GrantsDeps {
  /** Under the gateway's identity. */
  vault: VaultRequester;
  /** A client of one cluster; this is the only use of the token. */
  connect: (access: { cluster: string; token: Secret }) => KubernetesApi & Disposable;
}

/** The shortest life that Kubernetes gives a token. Grants end by revocation; this limit applies when revocation fails. */
const tokenTtl = '600s';

/**
 * Grants from Vault's kubernetes engine: one Vault role per execution with the rules of its plan, and one lease on it.
 * The token goes from Vault's answer into the client and nowhere else.
 */
export function createGrants(deps: GrantsDeps): Grants {
  return {
    mint: (request) => mint(deps, request),
    revoke: (lease) => revokeLease(deps.vault, lease),
    async executionsWithRole(cluster) {
      const roles = await Promise.all(mountsOf(cluster).map((mount) => rolesOn(deps.vault, mount)));
      const names = roles.flat().filter((name) => name.startsWith(grantRolePrefix));
      return names.map((name) => name.slice(grantRolePrefix.length));
    },
  };
}

/** The mounts that issue grants on a cluster. The second one exists only where the administrator allows node actions. */
function mountsOf(cluster: string): string[] {
  return [execMount(cluster), nodeMount(cluster)];
}

async function rolesOn(vault: VaultRequester, mount: string): Promise<string[]> {
  const answer = await vault.request('LIST', `${mount}/roles`).catch(notFoundAsUndefined);
  return answer?.data?.keys ?? [];
}

async function mint({ vault, connect }: GrantsDeps, request: GrantRequest): Promise<Grant> {
  const { execution, cluster } = request;
  const role = grantRolePrefix + execution;
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

/** Nodes have no namespace, so this is a ClusterRole with a ClusterRoleBinding, for an identity in `airlock-system`. */
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

/** Vault answers 404 on a mount that does not exist. */
function throwMissingMount(error: unknown, mount: string): never {
  if (!(error instanceof AirlockError) || error.details['status'] !== 404) throw error;
  const message =
    `Vault has no mount ${mount}: the cluster's administrator does not allow node actions (allowedNodes), ` +
    'or Vault was set up before they were allowed: set it up again';
  throw new AirlockError({ code: 'vault-mount-missing', message, details: { mount } }, { cause: error });
}

/**
 * Revokes a lease by its id, if the id is known. Otherwise it revokes by the path of the execution's own Vault role: every
 * lease has such a role, so this also ends a lease whose id a crash lost. Synchronous: when Vault answers, the target's
 * Role, RoleBinding and ServiceAccount are deleted. Vault reports no error for a lease that has already ended.
 */
async function revokeLease(vault: VaultRequester, { execution, cluster, leaseId }: LeaseRecord): Promise<void> {
  const role = grantRolePrefix + execution;
  if (leaseId) await vault.request('PUT', `sys/leases/revoke/${leaseId}`, { sync: true });
  for (const mount of mountsOf(cluster)) {
    if (!(await rolesOn(vault, mount)).includes(role)) continue;
    if (!leaseId) await vault.request('PUT', `sys/leases/revoke-prefix/${mount}/creds/${role}`, { sync: true });
    await vault.request('DELETE', `${mount}/roles/${role}`);
  }
}

/** Vault answers 404 to an empty list, and on a mount that does not exist. */
function notFoundAsUndefined(error: unknown): undefined {
  if (error instanceof AirlockError && error.details['status'] === 404) return undefined;
  throw error;
}
