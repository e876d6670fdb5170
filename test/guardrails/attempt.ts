import assert from 'node:assert/strict';
import type { KubeAnswer, KubeRequester } from '../../src/platform/kubernetes/kube-client.ts';
import type { VaultClient } from '../../src/platform/vault/vault-client.ts';
import { omitUndefined } from '../../src/lib/omit-undefined.ts';
import type { AirlockError } from '../../src/lib/error.ts';
import { Secret } from '../../src/platform/secret.ts';
import { waitFor } from '../../src/platform/wait-for.ts';
import type { Environment } from './environment.ts';

/** The guardrail that refuses: RBAC of the target, or one of its admission policies with a part of its message. */
export type Guardrail = 'rbac' | { policy: string; says: string };

const rbacWords =
  /is forbidden: User ".*" cannot |attempting to grant RBAC permissions not currently held|must have cluster-admin/;

/** Asserts that the target refused, and that this guardrail did. */
export function refusedBy(guardrail: Guardrail, { status, body }: KubeAnswer): void {
  const message = String(body?.message);
  assert.ok(status >= 400 && status < 500, `was not refused: ${String(status)} ${message}`);
  assertWords(guardrail, message);
}

/** Asserts that Vault could not mint because the target refused, and that this guardrail of the target did. */
export async function mintRefusedBy(guardrail: Guardrail, minting: Promise<unknown>): Promise<void> {
  const { code, details } = await failure(minting);
  assert.equal(code, 'vault-refused');
  assertWords(guardrail, String(details['errors']));
}

/** Asserts that a policy of Vault refused. */
export async function deniedByVault(call: Promise<unknown>): Promise<void> {
  const { code, message } = await failure(call);
  assert.equal(code, 'vault-denied', message);
}

function assertWords(guardrail: Guardrail, words: string): void {
  if (guardrail === 'rbac') assert.match(words, rbacWords);
  else assert.ok(words.includes(`'${guardrail.policy}'`) && words.includes(guardrail.says), words);
}

/** Asserts success. */
export function done({ status, body }: KubeAnswer): any {
  assert.ok(status < 300, `${String(status)} ${String(body?.message)}`);
  return body;
}

/**
 * Waits until the target refuses a revoked credential. The API server may cache a revoked token for ten seconds, but the
 * rights end with the Role: two seconds are the limit that is asserted.
 */
export async function untilRefused(call: () => Promise<{ status: number }>): Promise<void> {
  const what = 'the target to refuse the revoked credential';
  await waitFor({ what, every: 20, within: 2_000 }, async () => (await call()).status >= 400);
}

async function failure(call: Promise<unknown>): Promise<AirlockError> {
  const outcome = await call.then(
    () => undefined,
    (error: AirlockError) => error,
  );
  assert.ok(outcome, 'was not refused');
  return outcome;
}

/** An RBAC rule over named objects of group `apps`. */
export function rule(resource: string, names: string[], verbs = ['get', 'patch']) {
  return ruleOver('apps', resource, names, verbs);
}

/** A Vault role as the gateway writes it, with the test's changes. */
export function vaultRole(action: string, rules: object[], change: Record<string, unknown> = {}) {
  return {
    allowed_kubernetes_namespaces: ['shop'],
    name_template: `airlock-${action}-{{random 8 | lowercase}}`,
    generated_role_rules: JSON.stringify({ rules }),
    token_default_ttl: '600s',
    token_max_ttl: '900s',
    extra_labels: { 'airlock.dev/execution': 'exe-0123456789abcdef' },
    ...change,
  };
}

/** A Vault role of the third mount as the gateway writes it, with the test's changes. */
export function nodeRole(action: string, names: string[], change: Record<string, unknown> = {}) {
  return vaultRole(action, [nodeRule(names)], {
    allowed_kubernetes_namespaces: ['airlock-system'],
    kubernetes_role_type: 'ClusterRole',
    ...change,
  });
}

/** An RBAC rule over named nodes. */
export function nodeRule(names: string[], verbs = ['get', 'patch'], resource = 'nodes') {
  return ruleOver('', resource, names, verbs);
}

function ruleOver(group: string, resource: string, names: string[], verbs: string[]) {
  const resourceNames = names.length > 0 ? names : undefined;
  return omitUndefined({ apiGroups: [group], resources: [resource], resourceNames, verbs });
}

/** What Vault created for one execution. */
export interface Grant {
  lease: string;
  /** Name of the Vault role. */
  role: string;
  /** Name of the ServiceAccount, Role and RoleBinding. */
  account: string;
  token: Secret;
}

let roles = 0;

/** Writes a Vault role and takes its credential, as the gateway. */
export function mint(vault: VaultClient, role: object): Promise<Grant> {
  return mintOn(vault, 'exec', { role, creds: { kubernetes_namespace: 'shop' } });
}

/** The same on the third mount. */
export function mintOnNodes(vault: VaultClient, role: object): Promise<Grant> {
  return mintOn(vault, 'node', { role, creds: nodeCreds });
}

/** The gateway's request for a credential of the third mount. */
const nodeCreds = { kubernetes_namespace: 'airlock-system', cluster_role_binding: true };

async function mintOn(
  vault: VaultClient,
  kind: 'exec' | 'node',
  { role, creds }: { role: object; creds: object },
): Promise<Grant> {
  roles += 1;
  const name = `exec-test-${String(roles)}`;
  await vault.write(`k8s-east-${kind}/roles/${name}`, role);
  const { lease_id: lease, data } = await vault.write(`k8s-east-${kind}/creds/${name}`, creds);
  return {
    lease,
    role: name,
    account: data.service_account_name,
    token: new Secret<string>(data.service_account_token),
  };
}

/** The target under an identity that Vault minted for one action on Deployment `web`. */
export async function minted(environment: Environment, action: string, rules: object[]): Promise<KubeRequester> {
  return environment.as((await mint(environment.vault.gateway, vaultRole(action, rules))).token);
}

/** The target under any user name without RBAC, because the administrator impersonates: only admission can refuse. */
export function impersonated(environment: Environment, user: string): KubeRequester {
  const headers = { 'Impersonate-User': user, 'Impersonate-Group': 'system:masters' };
  return (call) => environment.admin({ ...call, headers });
}
