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

/** Who mints for a plan, and where: ServiceAccounts of `airlock-system` whose tokens Vault's mounts hold in production. */
export function mintingFor({ namespace }: Pick<Plan, 'namespace'>): { minter: string; place: string } {
  if (namespace === undefined) return { minter: 'airlock-node-minter', place: systemNamespace };
  return { minter: 'airlock-exec-minter', place: namespace };
}

/** A minted identity, good for one direction of one plan. */
export interface Identity {
  name: string;
  username: string;
  token: Secret;
  /** Deletes what was minted, as the minter: what Vault does when a lease is revoked. */
  revoke(): Promise<Refusal | undefined>;
}

/** What minting needs: the sandbox's admin, and connections under other tokens. */
export interface Mint {
  admin: AdminApi;
  connectAs(token: string): AdminApi;
}

const alphabet = 'abcdefghijklmnopqrstuvwxyz0123456789';
const rbac = '/apis/rbac.authorization.k8s.io/v1';
/** Kubernetes issues no token for less (TokenRequest API). */
const tokenSeconds = 600;
const label = { 'app.kubernetes.io/managed-by': 'HashiCorp-Vault' };

/**
 * Creates a step's identity as the minter, with the names, labels and rules that Vault's Kubernetes engine would use:
 * what the target would refuse, its own locks and RBAC refuse here.
 */
export async function mint({ admin, connectAs }: Mint, plan: Plan, direction: Direction): Promise<Identity | Refusal> {
  const { minter, place } = mintingFor(plan);
  const minting = await admin.must(tokenOf(systemNamespace, minter));
  using api = connectAs(minting.status.token);
  const name = `airlock-${actionIn(plan, direction)}-${random(8)}`;
  const requests = creations(rulesOf(plan, direction), name, plan.namespace);
  for (const request of requests) {
    const { status, body } = await api.send(request);
    if (status >= 300) return refusalOf('minting the identity', String(body?.message), name);
  }
  const { status, body } = await api.send(tokenOf(place, name));
  if (status >= 300) return refusalOf("asking for the identity's token", String(body?.message), name);
  return {
    name,
    username: `system:serviceaccount:${place}:${name}`,
    token: new Secret(String(body.status.token)),
    revoke: () => revoke(connectAs(minting.status.token), requests, name),
  };
}

async function revoke(api: AdminApi, requests: AdminRequest[], name: string): Promise<Refusal | undefined> {
  using connection = api;
  for (const { path } of requests.toReversed()) {
    const { status, body } = await connection.send({ method: 'DELETE', path: `${path}/${name}` });
    if (status >= 300) return refusalOf('revoking the identity', String(body?.message), name);
  }
  return undefined;
}

function creations(rules: readonly PolicyRule[], name: string, namespace: string | undefined): AdminRequest[] {
  const place = namespace ?? systemNamespace;
  const [roles, kind] =
    namespace === undefined ? (['clusterroles', 'ClusterRole'] as const) : (['roles', 'Role'] as const);
  const root = namespace === undefined ? rbac : `${rbac}/namespaces/${namespace}`;
  const create = (path: string, body: object): AdminRequest => ({
    ...{ method: 'POST', path },
    body: { metadata: { name, labels: label }, ...body },
  });
  return [
    create(`${root}/${roles}`, { rules }),
    create(`${root}/${roles.replace('roles', 'rolebindings')}`, {
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name },
      subjects: [{ kind: 'ServiceAccount', name, namespace: place }],
    }),
    create(`/api/v1/namespaces/${place}/serviceaccounts`, {}),
  ];
}

function tokenOf(namespace: string, account: string): AdminRequest {
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${account}/token`;
  return { method: 'POST', path, body: { spec: { expirationSeconds: tokenSeconds } } };
}

function random(length: number): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');
}
