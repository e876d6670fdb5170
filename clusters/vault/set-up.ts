import { setTimeout as sleep } from 'node:timers/promises';
import {
  execMount,
  nodeMount,
  metadataPrefix,
  processOf,
  readMount,
  systemNamespace,
  type ProcessName,
} from '../../src/domain/names.ts';
import type { Secret } from '../../src/platform/secret.ts';
import { AirlockError } from '../../src/lib/error.ts';
import type { MinterTokens } from '../guardrails/install/minter-token.ts';
import { accounts, clusterRoles, readNameTemplate } from '../guardrails/names.ts';
import { createVaultClient, type VaultClient } from '../../src/platform/vault/vault-client.ts';
import { checkpointKey, readerRole, redactionKey, reportKey, transitMount, vaultIdentity } from './names.ts';
import { vaultPolicies, type PolicyTarget } from './policies.ts';

/** A target cluster for which Vault issues credentials. */
export interface VaultTarget extends PolicyTarget {
  url: string;
  /** PEM of the certificate authority of its API server. */
  ca: string;
  minters: MinterTokens;
}

/** What a process logs in to Vault with (AppRole). The caller writes it to a 0600 file of that process's user. */
interface VaultLogin {
  roleId: string;
  secretId: string;
}

/** Life of an AppRole token without a renewal. */
const tokenTtl = '600s';
const readTtl = '900s';

/** A Vault, and the clusters that it shall serve. */
export interface VaultSetUp {
  address: string;
  /** Revoked at the end. */
  rootToken: Secret;
  /** Path of the audit log; its folder must exist. */
  auditFile: string;
  targets: readonly VaultTarget[];
}

/** Results of the set-up for the caller to pass on. */
export interface VaultSetUpResult {
  logins: Record<ProcessName, VaultLogin>;
  /** 32 bytes: the public key by which the journal's checkpoints are verified. */
  checkpointKey: Uint8Array;
}

/**
 * Sets Vault up: the audit device, the keys, the mounts of each target, and four identities with one policy each. At the
 * end it revokes the root token, so that from then on Vault allows only what the policies say. It may run again, and twice
 * at once with two root tokens: existing objects stay, and each run gets logins that work.
 * @throws AirlockError of the Vault client.
 */
export async function setUpVault({ address, rootToken, auditFile, targets }: VaultSetUp): Promise<VaultSetUpResult> {
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
 * Enables an engine or a device at a path; one that is already enabled there stays. Two requests at the same moment can make
 * one of them fail inside Vault; the next try then finds the path in use.
 */
async function enable(vault: VaultClient, path: string, options: object, tries = 5): Promise<void> {
  try {
    await vault.write(path, options);
  } catch (error) {
    if (!(error instanceof AirlockError)) throw error;
    if (/already in use|already exists/.test(error.message)) return;
    if (!['vault-failed', 'vault-unavailable'].includes(error.code) || tries <= 1) throw error;
    await sleep(200);
    await enable(vault, path, options, tries - 1);
  }
}

/** Keys can be neither exported nor deleted: these are Vault's defaults, and no policy of Airlock allows changing them. */
async function setUpKeys(vault: VaultClient): Promise<void> {
  await enable(vault, `sys/mounts/${transitMount}`, { type: 'transit' });
  await vault.write(`${transitMount}/keys/${reportKey}`, { type: 'ed25519' });
  await vault.write(`${transitMount}/keys/${checkpointKey}`, { type: 'ed25519' });
  await vault.write(`${transitMount}/keys/${redactionKey}`, { type: 'hmac', key_size: 32 });
}

/** Two or three mounts, each with the token of its own minter, so that no mount has the rights of another's minter. */
async function setUpMounts(vault: VaultClient, { name, url, ca, minters }: VaultTarget): Promise<void> {
  const mounts = { exec: execMount(name), read: readMount(name), node: nodeMount(name) };
  for (const kind of ['exec', 'read', 'node'] as const) {
    const token = minters[kind];
    if (!token) continue; // the cluster's administrator does not allow node actions
    await enable(vault, `sys/mounts/${mounts[kind]}`, { type: 'kubernetes' });
    await vault.write(`${mounts[kind]}/config`, {
      kubernetes_host: url,
      kubernetes_ca_cert: ca,
      service_account_jwt: token.reveal(),
      disable_local_ca_jwt: true, // never the identity of a pod that Vault itself runs in
    });
  }
  await vault.write(`${mounts.read}/roles/${readerRole}`, {
    allowed_kubernetes_namespaces: [systemNamespace],
    kubernetes_role_name: clusterRoles.reader,
    kubernetes_role_type: 'ClusterRole',
    name_template: readNameTemplate,
    token_default_ttl: readTtl,
    token_max_ttl: readTtl,
    extra_labels: { [`${metadataPrefix}minted-by`]: accounts.readMinter },
  });
}

/** AppRole with one role and one policy per process; tokens do not have Vault's `default` policy. */
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
