import { randomInt } from 'node:crypto';
import { rulesOf } from '../../src/actions/rbac.ts';
import type { Direction } from '../../src/domain/execution/execution.ts';
import { systemNamespace } from '../../src/domain/names.ts';
import { actionIn, type Plan } from '../../src/domain/plan/plan.ts';
import type { PolicyRule } from '../../src/domain/policy/policy-rule.ts';
import { Secret } from '../../src/platform/secret.ts';
import type { AdminApi, AdminRequest } from '../control-plane/admin-api.ts';
import type { Refusal } from './refusal.ts';
import { refusalOf } from './refusal.ts';

/**
 * The ServiceAccount in `airlock-system` that mints the identities of a plan, and the namespace of the identities. In
 * production a Vault mount holds the token of that ServiceAccount.
 */
export function mintingFor({ namespace }: Pick<Plan, 'namespace'>): { minter: string; namespace: string } {
  if (namespace === undefined) return { minter: 'airlock-node-minter', namespace: systemNamespace };
  return { minter: 'airlock-exec-minter', namespace };
}

/** A minted identity for one direction (do or undo) of one plan. */
export interface Identity {
  name: string;
  username: string;
  token: Secret;
  /** Deletes the minted objects with the minter's token, as Vault does when a lease is revoked. */
  revoke(): Promise<Refusal | undefined>;
}

/** The clients that minting needs: the sandbox's administrator, and clients with other tokens. */
export interface MintClients {
  admin: AdminApi;
  connectAs(token: string): AdminApi;
}

const alphabet = 'abcdefghijklmnopqrstuvwxyz0123456789';
const rbac = '/apis/rbac.authorization.k8s.io/v1';
/** The shortest lifetime that the TokenRequest API accepts. */
const tokenSeconds = 600;
const label = { 'app.kubernetes.io/managed-by': 'HashiCorp-Vault' };

/**
 * Creates an identity with the minter's token, and with the names, labels and rules that Vault's Kubernetes secrets engine
 * uses. So the target's guardrails and RBAC refuse here what they refuse in the target.
 */
export async function mint(
  { admin, connectAs }: MintClients,
  plan: Plan,
  direction: Direction,
): Promise<Identity | Refusal> {
  const { minter, namespace } = mintingFor(plan);
  const minting = await admin.call(tokenOf(systemNamespace, minter));
  using api = connectAs(minting.status.token);
  const name = `airlock-${actionIn(plan, direction)}-${random(8)}`;
  const requests = creations(rulesOf(plan, direction), name, plan.namespace);
  for (const request of requests) {
    const { status, body } = await api.send(request);
    if (status >= 300) return refusalOf('minting the identity', String(body?.message), name);
  }
  const { status, body } = await api.send(tokenOf(namespace, name));
  if (status >= 300) return refusalOf("requesting the identity's token", String(body?.message), name);
  return {
    name,
    username: `system:serviceaccount:${namespace}:${name}`,
    token: new Secret(String(body.status.token)),
    revoke: () => revoke(connectAs(minting.status.token), requests, name),
  };
}

async function revoke(api: AdminApi, requests: AdminRequest[], name: string): Promise<Refusal | undefined> {
  using minter = api;
  for (const { path } of requests.toReversed()) {
    const { status, body } = await minter.send({ method: 'DELETE', path: `${path}/${name}` });
    if (status >= 300) return refusalOf('revoking the identity', String(body?.message), name);
  }
  return undefined;
}

function creations(rules: readonly PolicyRule[], name: string, namespace: string | undefined): AdminRequest[] {
  const accountNamespace = namespace ?? systemNamespace;
  const [roles, kind] =
    namespace === undefined ? (['clusterroles', 'ClusterRole'] as const) : (['roles', 'Role'] as const);
  const root = namespace === undefined ? rbac : `${rbac}/namespaces/${namespace}`;
  const create = (path: string, body: object): AdminRequest => ({
    method: 'POST',
    path,
    body: { metadata: { name, labels: label }, ...body },
  });
  return [
    create(`${root}/${roles}`, { rules }),
    create(`${root}/${roles.replace('roles', 'rolebindings')}`, {
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name },
      subjects: [{ kind: 'ServiceAccount', name, namespace: accountNamespace }],
    }),
    create(`/api/v1/namespaces/${accountNamespace}/serviceaccounts`, {}),
  ];
}

function tokenOf(namespace: string, account: string): AdminRequest {
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${account}/token`;
  return { method: 'POST', path, body: { spec: { expirationSeconds: tokenSeconds } } };
}

function random(length: number): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');
}
