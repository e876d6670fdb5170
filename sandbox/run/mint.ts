import { randomInt } from 'node:crypto';
import { rulesOf } from '../../src/actions/rbac.ts';
import type { Direction } from '../../src/domain/execution/execution.ts';
import { kindPath, objectPath } from '../../src/domain/kubernetes/resource-path.ts';
import { systemNamespace } from '../../src/domain/names.ts';
import { actionIn, type Plan } from '../../src/domain/plan/plan.ts';
import type { PolicyRule } from '../../src/domain/policy/policy-rule.ts';
import { Secret } from '../../src/platform/secret.ts';
import type { KubeCall } from '../../src/platform/kubernetes/kube-client.ts';
import type { AdminApi } from '../control-plane/admin-api.ts';
import type { Refusal } from './refusal.ts';
import { refusalOf } from './refusal.ts';

/**
 * Returns the minter of a plan, and the namespace of the identities that are minted (created) for the plan. The minter
 * is a ServiceAccount in `airlock-system`; its token creates these identities. In production a Vault mount holds this
 * token.
 */
export function mintingFor({ namespace }: Pick<Plan, 'namespace'>): { minter: string; namespace: string } {
  if (namespace === undefined) return { minter: 'airlock-node-minter', namespace: systemNamespace };
  return { minter: 'airlock-exec-minter', namespace };
}

/** A ServiceAccount that was minted for one direction (`do` for the steps, `undo` for the undo) of one plan. */
export interface Identity {
  name: string;
  /** The name of the user in requests: `system:serviceaccount:<namespace>:<name>`. */
  username: string;
  token: Secret;
  /**
   * Uses the minter's token to delete the ServiceAccount, its role and its binding. Vault deletes the same objects when
   * it revokes a lease. Returns a refusal if the API server refused a deletion.
   */
  revoke(): Promise<Refusal | undefined>;
}

/** The clients that minting needs: the sandbox's administrator, and clients with other tokens. */
export interface MintClients {
  admin: AdminApi;
  connectAs(token: string): AdminApi;
}

const alphabet = 'abcdefghijklmnopqrstuvwxyz0123456789';
const rbac = 'rbac.authorization.k8s.io';
/** The shortest lifetime that the TokenRequest API accepts. */
const tokenSeconds = 600;
const label = { 'app.kubernetes.io/managed-by': 'HashiCorp-Vault' };

/**
 * Creates an identity with the minter's token. The names, labels and rules are the same as in Vault's Kubernetes
 * secrets engine, so the guardrails and RBAC of the target refuse in the sandbox what they refuse in the target.
 * @returns the identity, or a refusal if the API server refused a request.
 */
export async function mint(
  { admin, connectAs }: MintClients,
  plan: Plan,
  direction: Direction,
): Promise<Identity | Refusal> {
  const { minter, namespace } = mintingFor(plan);
  const minterToken = await admin.call(tokenRequest(systemNamespace, minter));
  using api = connectAs(minterToken.status.token);
  const name = `airlock-${actionIn(plan, direction)}-${random(8)}`;
  const requests = creations(rulesOf(plan, direction), name, plan.namespace);
  for (const request of requests) {
    const { status, body } = await api.send(request);
    if (status >= 300) return refusalOf('minting the identity', String(body?.message), name);
  }
  const { status, body } = await api.send(tokenRequest(namespace, name));
  if (status >= 300) return refusalOf("requesting the identity's token", String(body?.message), name);
  return {
    name,
    username: `system:serviceaccount:${namespace}:${name}`,
    token: new Secret(String(body.status.token)),
    revoke: () => revoke(connectAs(minterToken.status.token), requests, name),
  };
}

async function revoke(minterApi: AdminApi, requests: KubeCall[], name: string): Promise<Refusal | undefined> {
  using api = minterApi;
  for (const { path } of requests.toReversed()) {
    const { status, body } = await api.send({ method: 'DELETE', path: `${path}/${name}` });
    if (status >= 300) return refusalOf('revoking the identity', String(body?.message), name);
  }
  return undefined;
}

function creations(rules: readonly PolicyRule[], name: string, namespace: string | undefined): KubeCall[] {
  const accountNamespace = namespace ?? systemNamespace;
  const kind = namespace === undefined ? 'ClusterRole' : 'Role';
  const create = (path: string, body: object): KubeCall => ({
    method: 'POST',
    path,
    body: { metadata: { name, labels: label }, ...body },
  });
  return [
    create(kindPath(`${rbac}/v1`, kind, namespace), { rules }),
    create(kindPath(`${rbac}/v1`, `${kind}Binding`, namespace), {
      roleRef: { apiGroup: rbac, kind, name },
      subjects: [{ kind: 'ServiceAccount', name, namespace: accountNamespace }],
    }),
    create(kindPath('v1', 'ServiceAccount', accountNamespace), {}),
  ];
}

function tokenRequest(namespace: string, account: string): KubeCall {
  const path = `${objectPath({ apiVersion: 'v1', kind: 'ServiceAccount', namespace, name: account })}/token`;
  return { method: 'POST', path, body: { spec: { expirationSeconds: tokenSeconds } } };
}

function random(length: number): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');
}
