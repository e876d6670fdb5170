import { setTimeout as sleep } from 'node:timers/promises';
import {
  execMount,
  nodeMount,
  prefix,
  processOf,
  readMount,
  systemNamespace,
  type ProcessName,
} from '../../src/domain/names.ts';
import type { Secret } from '../../src/platform/secret.ts';
import { AirlockError } from '../../src/lib/error.ts';
import type { MinterTokens } from '../guardrails/install/minter-token.ts';
import { accounts, clusterRoles, readNameTemplate } from '../guardrails/names.ts';
import { createVaultClient, type VaultClient } from './client.ts';
import { checkpointKey, readerRole, redactionKey, reportKey, transitMount, vaultIdentity } from './names.ts';
import { vaultPolicies, type PolicyTarget } from './policies.ts';

/** A target cluster for which Vault mints. */
export interface VaultTarget extends PolicyTarget {
  url: string;
  /** PEM of the certificate authority of its API server. */
  ca: string;
  minters: MinterTokens;
}

/** What a process logs in to Vault with (AppRole). The caller writes it to a 0600 file of that process's user. */
export interface VaultLogin {
  roleId: string;
  secretId: string;
}

/** How long an AppRole token lives without being renewed. */
const tokenTtl = '600s';
const readTtl = '900s';

/** A Vault and what it is to serve. */
export interface SetUp {
  address: string;
  /** Revoked at the end. */
  rootToken: Secret;
  /** Path of the audit log; its folder must exist. */
  auditFile: string;
  targets: readonly VaultTarget[];
}

/** What the set-up made that the caller passes on. */
export interface SetUpResult {
  logins: Record<ProcessName, VaultLogin>;
  /** 32 bytes: the public key by which the journal's checkpoints are verified. */
  checkpointKey: Uint8Array;
}

/**
 * Sets a Vault up: audit device, keys, the mounts of each target, four identities with four policies. When it returns, the
 * root token is revoked; what Vault allows from then on is in the policies and can be read there. May be run again, and
 * by two at once, each with a root token of its own: what is there already stays, and each gets logins that work.
 * @throws AirlockError of the client.
 */
export async function setUpVault({ address, rootToken, auditFile, targets }: SetUp): Promise<SetUpResult> {
  const vault = createVaultClient({ address, token: rootToken });
  await enable(vault, 'sys/audit/file', { type: 'file', options: { file_path: auditFile, mode: '0600' } });
  await setUpKeys(vault);
  for (const target of targets) await setUpMounts(vault, target);
  const logins = await setUpIdentities(vault, targets);
  const { data } = await vault.read(`${transitMount}/keys/${checkpointKey}`);
  await vault.write('auth/token/revoke-self', {});
  return { logins, checkpointKey: new Uint8Array(Buffer.from(data.keys[1].public_key, 'base64')) };
}

/**
 * Enables an engine or a device at a path; one that another set-up has just enabled there is the one. Two at the very same
 * moment can make Vault fail inside; asked again it says which of them was first.
 */
async function enable(vault: VaultClient, path: string, how: object, tries = 5): Promise<void> {
  try {
    await vault.write(path, how);
  } catch (error) {
    if (!(error instanceof AirlockError)) throw error;
    if (/already in use|already exists/.test(error.message)) return;
    if (error.code !== 'vault-failed' || tries <= 1) throw error;
    await sleep(200);
    await enable(vault, path, how, tries - 1);
  }
}

/** No key can be exported, nor deleted (Vault's defaults, which only a root token could change). */
async function setUpKeys(vault: VaultClient): Promise<void> {
  await enable(vault, `sys/mounts/${transitMount}`, { type: 'transit' });
  await vault.write(`${transitMount}/keys/${reportKey}`, { type: 'ed25519' });
  await vault.write(`${transitMount}/keys/${checkpointKey}`, { type: 'ed25519' });
  await vault.write(`${transitMount}/keys/${redactionKey}`, { type: 'hmac', key_size: 32 });
}

/** Two mounts, or three, each with the token of its own minter: none can do what another's minter may. */
async function setUpMounts(vault: VaultClient, { name, url, ca, minters }: VaultTarget): Promise<void> {
  const mounts = { exec: execMount(name), read: readMount(name), node: nodeMount(name) };
  for (const kind of ['exec', 'read', 'node'] as const) {
    const token = minters[kind];
    if (!token) continue; // the owner of the target wants no node actions
    await enable(vault, `sys/mounts/${mounts[kind]}`, { type: 'kubernetes' });
    await vault.write(`${mounts[kind]}/config`, {
      kubernetes_host: url,
      kubernetes_ca_cert: ca,
      service_account_jwt: token.reveal(),
      disable_local_ca_jwt: true, // never the identity of a pod that Vault may run in
    });
  }
  await vault.write(`${mounts.read}/roles/${readerRole}`, {
    allowed_kubernetes_namespaces: [systemNamespace],
    kubernetes_role_name: clusterRoles.reader,
    kubernetes_role_type: 'ClusterRole',
    name_template: readNameTemplate,
    token_default_ttl: readTtl,
    token_max_ttl: readTtl,
    extra_labels: { [`${prefix}minted-by`]: accounts.readMinter },
  });
}

/** AppRole, one role and one policy per process; tokens without Vault's `default` policy. */
async function setUpIdentities(
  vault: VaultClient,
  targets: readonly PolicyTarget[],
): Promise<Record<ProcessName, VaultLogin>> {
  await enable(vault, 'sys/auth/approle', { type: 'approle' });
  const policies = vaultPolicies(targets);
  const logins: [ProcessName, VaultLogin][] = [];
  for (const process of Object.values(processOf)) {
    const name = vaultIdentity(process);
    const role = `auth/approle/role/${name}`;
    await vault.write(`sys/policies/acl/${name}`, { policy: policies[process] });
    await vault.write(role, { token_policies: [name], token_no_default_policy: true, token_ttl: tokenTtl });
    const { role_id: roleId } = (await vault.read(`${role}/role-id`)).data;
    const { secret_id: secretId } = (await vault.write(`${role}/secret-id`, {})).data;
    logins.push([process, { roleId, secretId }]);
  }
  return Object.fromEntries(logins) as Record<ProcessName, VaultLogin>;
}
