import { randomInt } from 'node:crypto';
import { rulesOf } from '../../src/actions/rbac.ts';
import type { Direction } from '../../src/domain/execution/execution.ts';
import { grantLabels } from '../../src/domain/kubernetes/minted-labels.ts';
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
 * Returns the name of the minter for a plan, and the namespace of the plan's identities. The minter is a ServiceAccount
 * in `airlock-system` that may create (mint) identities. In production, Vault uses the minter's token to create them.
 */
export function mintingFor({ namespace }: Pick<Plan, 'namespace'>): { minter: string; namespace: string } {
  if (namespace === undefined) return { minter: 'airlock-node-minter', namespace: systemNamespace };
  return { minter: 'airlock-exec-minter', namespace };
}

/** A temporary ServiceAccount. Its RBAC rules allow only the steps or only the undo steps of one plan. */
export interface Identity {
  name: string;
  /** The user name that the API server gives to this ServiceAccount: `system:serviceaccount:<namespace>:<name>`. */
  username: string;
  token: Secret;
  /**
   * Uses the minter's token to delete the ServiceAccount, its role and its role binding. In production, Vault deletes
   * the same objects when a lease is revoked. @returns the refusal if the API server refused a deletion.
   */
  revoke(): Promise<Refusal | undefined>;
}

/** The clients that `mint` uses. */
export interface MintClients {
  /** A client with the token of the sandbox's administrator. */
  admin: AdminApi;
  /** Creates a client that authenticates with this token. */
  connectAs(token: string): AdminApi;
}

/** The characters of the random end of a name. */
const alphabet = 'abcdefghijklmnopqrstuvwxyz0123456789';
const rbacGroup = 'rbac.authorization.k8s.io';
/** Lifetime of each token. The TokenRequest API accepts no shorter lifetime. */
const tokenSeconds = 600;
/** A rehearsal has no execution, so this id is invented. The guardrails check only the form of the id. */
const labels = grantLabels('exe-0000000000000000');

/**
 * Uses the minter's token to create an identity. The names, labels and rules are like those of Vault's Kubernetes
 * secrets engine. So guardrails and RBAC refuse the same requests in the sandbox as in the target.
 * @returns the identity, or a refusal if the API server refused a request of the minter.
 * @throws AirlockError `sandbox-api-failed` if the request for the minter's token fails.
 */
export async function mint(
  { admin, connectAs }: MintClients,
  plan: Plan,
  direction: Direction,
): Promise<Identity | Refusal> {
  const { minter, namespace } = mintingFor(plan);
  const minterToken = await admin.call(tokenRequest(systemNamespace, minter));
  using api = connectAs(minterToken.status.token);
  const name = `airlock-${actionIn(plan, direction)}-${randomText(8)}`;
  const requests = createRequests(rulesOf(plan, direction), name, plan.namespace);
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

/** Returns the requests that create the role, the role binding and the ServiceAccount of an identity. */
function createRequests(rules: readonly PolicyRule[], name: string, namespace: string | undefined): KubeCall[] {
  const accountNamespace = namespace ?? systemNamespace;
  const kind = namespace === undefined ? 'ClusterRole' : 'Role';
  const post = (path: string, body: object): KubeCall => ({
    method: 'POST',
    path,
    body: { metadata: { name, labels }, ...body },
  });
  return [
    post(kindPath(`${rbacGroup}/v1`, kind, namespace), { rules }),
    post(kindPath(`${rbacGroup}/v1`, `${kind}Binding`, namespace), {
      roleRef: { apiGroup: rbacGroup, kind, name },
      subjects: [{ kind: 'ServiceAccount', name, namespace: accountNamespace }],
    }),
    post(kindPath('v1', 'ServiceAccount', accountNamespace), {}),
  ];
}

function tokenRequest(namespace: string, account: string): KubeCall {
  const path = `${objectPath({ apiVersion: 'v1', kind: 'ServiceAccount', namespace, name: account })}/token`;
  return { method: 'POST', path, body: { spec: { expirationSeconds: tokenSeconds } } };
}

function randomText(length: number): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');
}
