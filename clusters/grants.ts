import { AirlockError } from '../src/domain/error.ts';
import { execMount, prefix } from '../src/domain/names.ts';
import type { Grant, GrantRequest, Grants, LeaseRecord } from '../src/execution/ports.ts';
import { Secret } from '../src/secret.ts';
import type { KubernetesApi } from '../src/steps/kubernetes-api.ts';
import { grantNameTemplate } from './owner/names.ts';
import { grantRolePrefix } from './vault/names.ts';

/** Vault under the gateway's identity; `path` without `/v1/`. @throws AirlockError with `details.status`. */
export interface VaultRequest {
  request(method: 'POST' | 'PUT' | 'DELETE' | 'LIST', path: string, body?: object): Promise<any>;
}

export interface GrantsDeps {
  vault: VaultRequest;
  /** A client for one cluster under a token that nobody else is given. */
  connect: (access: { cluster: string; token: Secret }) => KubernetesApi & Disposable;
}

/** Kubernetes gives no token a shorter life; grants end by revocation, this is for when nothing else works. */
const tokenTtl = '600s';

/**
 * Grants by Vault's kubernetes engine: one Vault role per execution with the rules of its plan, one lease on it.
 * The token goes from Vault's answer into the client and nowhere else.
 */
export function createGrants(deps: GrantsDeps): Grants {
  return {
    mint: (request) => mint(deps, request),
    revoke: (lease) => revokeLease(deps.vault, lease),
    async executionsWithRole(cluster) {
      const list = deps.vault.request('LIST', `${execMount(cluster)}/roles`);
      const answer = await list.catch(noneAsUndefined);
      const names: string[] = answer?.data?.keys ?? [];
      return names.filter((name) => name.startsWith(grantRolePrefix)).map((name) => name.slice(grantRolePrefix.length));
    },
  };
}

async function mint({ vault, connect }: GrantsDeps, request: GrantRequest): Promise<Grant> {
  const { execution, cluster, namespace, action, rules } = request;
  const role = grantRolePrefix + execution;
  await vault.request('POST', `${execMount(cluster)}/roles/${role}`, {
    allowed_kubernetes_namespaces: namespace,
    name_template: grantNameTemplate(action),
    generated_role_rules: JSON.stringify({ rules }),
    token_default_ttl: tokenTtl,
    token_max_ttl: tokenTtl,
    extra_labels: { [`${prefix}execution`]: execution },
  });
  const path = `${execMount(cluster)}/creds/${role}`;
  const { lease_id: leaseId, data } = await vault.request('POST', path, { kubernetes_namespace: namespace });
  const token = new Secret<string>(data.service_account_token);
  const client = connect({ cluster, token });
  return {
    leaseId,
    serviceAccount: data.service_account_name,
    api: client,
    [Symbol.dispose]: () => client[Symbol.dispose](),
  };
}

/**
 * By its id where that is known; else by the path of the execution's own role, which ends a lease whose answer was lost.
 * Synchronous: when Vault answers, the target's Role, binding and ServiceAccount are deleted. What is gone already is
 * no error to Vault.
 */
async function revokeLease(vault: VaultRequest, { execution, cluster, leaseId }: LeaseRecord): Promise<void> {
  const role = grantRolePrefix + execution;
  if (leaseId) await vault.request('PUT', `sys/leases/revoke/${leaseId}`, { sync: true });
  else await vault.request('PUT', `sys/leases/revoke-prefix/${execMount(cluster)}/creds/${role}`, { sync: true });
  await vault.request('DELETE', `${execMount(cluster)}/roles/${role}`);
}

/** Vault answers 404 to a list of nothing. */
function noneAsUndefined(error: unknown): undefined {
  if (error instanceof AirlockError && error.details['status'] === 404) return undefined;
  throw error;
}
