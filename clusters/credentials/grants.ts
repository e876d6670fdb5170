import { AirlockError } from '../../src/lib/error.ts';
import { execMount, nodeMount, prefix, systemNamespace } from '../../src/domain/names.ts';
import type { Grant, GrantRequest, Grants, LeaseRecord } from '../../src/execution/ports.ts';
import { Secret } from '../../src/platform/secret.ts';
import type { KubernetesApi } from '../../src/steps/kubernetes-api.ts';
import { grantNameTemplate } from '../guardrails/names.ts';
import { grantRolePrefix } from '../vault/names.ts';

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
      const roles = await Promise.all(mountsOf(cluster).map((mount) => rolesOn(deps.vault, mount)));
      const names = roles.flat().filter((name) => name.startsWith(grantRolePrefix));
      return names.map((name) => name.slice(grantRolePrefix.length));
    },
  };
}

/** Where grants on a cluster can come from; the second one is there only where the cluster's owner wants node actions. */
function mountsOf(cluster: string): string[] {
  return [execMount(cluster), nodeMount(cluster)];
}

async function rolesOn(vault: VaultRequest, mount: string): Promise<string[]> {
  const answer = await vault.request('LIST', `${mount}/roles`).catch(noneAsUndefined);
  return answer?.data?.keys ?? [];
}

async function mint({ vault, connect }: GrantsDeps, request: GrantRequest): Promise<Grant> {
  const { execution, cluster } = request;
  const role = grantRolePrefix + execution;
  const { mount, roleBody, credsBody } = request.namespace === undefined ? onNodes(request) : inNamespace(request);
  await vault.request('POST', `${mount}/roles/${role}`, roleBody).catch((error: unknown) => missingMount(error, mount));
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

interface Minting {
  mount: string;
  roleBody: object;
  credsBody: object;
}

function inNamespace({ cluster, namespace, ...request }: GrantRequest): Minting {
  const roleBody = { ...roleOf(request), allowed_kubernetes_namespaces: namespace };
  return { mount: execMount(cluster), roleBody, credsBody: { kubernetes_namespace: namespace } };
}

/** A ClusterRole, bound in the whole cluster: nodes stand in no namespace. The identity is one of `airlock-system`. */
function onNodes({ cluster, ...request }: GrantRequest): Minting {
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
    extra_labels: { [`${prefix}execution`]: execution },
  };
}

/** Vault answers 404 on a mount that is not there. */
function missingMount(error: unknown, mount: string): never {
  if (!(error instanceof AirlockError) || error.details['status'] !== 404) throw error;
  const message =
    `Vault has no mount ${mount}: the cluster's owner does not want these actions (allowedNodes), ` +
    'or Vault was set up before there were any: set it up anew';
  throw new AirlockError({ code: 'vault-mount-missing', message, next: 'stop', details: { mount } }, { cause: error });
}

/**
 * By its id where that is known; else by the path of the execution's own role, which ends a lease whose answer was lost:
 * no lease was taken without one. Synchronous: when Vault answers, the target's role, binding and ServiceAccount are
 * deleted. What is gone already is no error to Vault.
 */
async function revokeLease(vault: VaultRequest, { execution, cluster, leaseId }: LeaseRecord): Promise<void> {
  const role = grantRolePrefix + execution;
  if (leaseId) await vault.request('PUT', `sys/leases/revoke/${leaseId}`, { sync: true });
  for (const mount of mountsOf(cluster)) {
    if (!(await rolesOn(vault, mount)).includes(role)) continue;
    if (!leaseId) await vault.request('PUT', `sys/leases/revoke-prefix/${mount}/creds/${role}`, { sync: true });
    await vault.request('DELETE', `${mount}/roles/${role}`);
  }
}

/** Vault answers 404 to a list of nothing, and on a mount that is not there. */
function noneAsUndefined(error: unknown): undefined {
  if (error instanceof AirlockError && error.details['status'] === 404) return undefined;
  throw error;
}
