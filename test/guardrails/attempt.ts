import assert from 'node:assert/strict';
import type { KubeAnswer, KubeRequest } from '../../clusters/guardrails/install/kube-request.ts';
import type { VaultClient } from '../../clusters/vault/client.ts';
import type { AirlockError } from '../../src/lib/error.ts';
import { Secret } from '../../src/platform/secret.ts';
import type { Bed } from './environment.ts';

/** Which lock refuses, by its own words: RBAC of the target, or one of its admission policies with a sentence. */
export type Lock = 'rbac' | { policy: string; says: string };

const rbacWords =
  /is forbidden: User ".*" cannot |attempting to grant RBAC permissions not currently held|must have cluster-admin/;

/** Asserts that the target refused, and that it was this lock. */
export function refusedBy(lock: Lock, { status, body }: KubeAnswer): void {
  const message = String(body?.message);
  assert.ok(status >= 400 && status < 500, `was not refused: ${String(status)} ${message}`);
  assertWords(lock, message);
}

/** Asserts that Vault could not mint because the target refused, and that it was this lock. */
export async function mintRefusedBy(lock: Lock, minting: Promise<unknown>): Promise<void> {
  const { code, details } = await failure(minting);
  assert.equal(code, 'vault-failed');
  assertWords(lock, String(details['errors']));
}

/** Asserts that Vault's own policy refused. */
export async function deniedByVault(call: Promise<unknown>): Promise<void> {
  const { code, message } = await failure(call);
  assert.equal(code, 'vault-denied', message);
}

function assertWords(lock: Lock, words: string): void {
  if (lock === 'rbac') assert.match(words, rbacWords);
  else assert.ok(words.includes(`'${lock.policy}'`) && words.includes(lock.says), words);
}

/** Asserts success. */
export function done({ status, body }: KubeAnswer): any {
  assert.ok(status < 300, `${String(status)} ${String(body?.message)}`);
  return body;
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
  return { apiGroups: ['apps'], resources: [resource], ...(names.length ? { resourceNames: names } : {}), verbs };
}

/** A Vault role as the gateway writes it, with what a test changes. */
export function vaultRole(action: string, rules: object[], change: Record<string, unknown> = {}) {
  return {
    allowed_kubernetes_namespaces: ['shop'],
    name_template: `airlock-${action}-{{random 8 | lowercase}}`,
    generated_role_rules: JSON.stringify({ rules }),
    token_default_ttl: '600s',
    token_max_ttl: '900s',
    extra_labels: { 'airlock.dev/execution': 'exe-test' },
    ...change,
  };
}

/** A Vault role of the third mount as the gateway writes it, with what a test changes. */
export function nodeRole(action: string, names: string[], change: Record<string, unknown> = {}) {
  return vaultRole(action, [nodeRule(names)], {
    allowed_kubernetes_namespaces: ['airlock-system'],
    kubernetes_role_type: 'ClusterRole',
    ...change,
  });
}

/** An RBAC rule over named nodes. */
export function nodeRule(names: string[], verbs = ['get', 'patch'], resource = 'nodes') {
  return { apiGroups: [''], resources: [resource], ...(names.length ? { resourceNames: names } : {}), verbs };
}

/** What Vault made for one execution. */
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

/** What the gateway asks for with a role of the third mount. */
export const nodeCreds = { kubernetes_namespace: 'airlock-system', cluster_role_binding: true };

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

/** The target under an identity that was minted for one action on Deployment `web`. */
export async function minted(bed: Bed, action: string, rules: object[]): Promise<KubeRequest> {
  return bed.as((await mint(bed.vault.gateway, vaultRole(action, rules))).token);
}

/** The target under any user name, with RBAC out of the way: only admission can refuse. The administrator impersonates. */
export function impersonated(bed: Bed, user: string): KubeRequest {
  const headers = { 'Impersonate-User': user, 'Impersonate-Group': 'system:masters' };
  return (call) => bed.admin({ ...call, headers });
}
