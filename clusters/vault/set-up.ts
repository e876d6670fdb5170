import {
  execMount,
  nodeMount,
  metadataPrefix,
  processNames,
  readMount,
  systemNamespace,
  type ProcessName,
} from '../../src/domain/names.ts';
import { retry } from '../../src/platform/retry.ts';
import type { Secret } from '../../src/platform/secret.ts';
import { fromBase64 } from '../../src/lib/base64.ts';
import { AirlockError } from '../../src/lib/error.ts';
import type { MinterTokens } from '../guardrails/install/minter-token.ts';
import { accounts, clusterRoles, readNameTemplate } from '../guardrails/names.ts';
import { createVaultClient, type VaultClient } from '../../src/platform/vault/vault-client.ts';
import { checkpointKey, readerRole, redactionKey, reportKey, transitMount, vaultIdentity } from './names.ts';
import { vaultPolicies, type PolicyTarget } from './policies.ts';

/** A target cluster for which Vault issues credentials. */
export interface VaultTarget extends PolicyTarget {
  url: string;
  /** The certificate of the CA of the target's API server, in PEM. */
  ca: string;
  /** The tokens of the minters (the ServiceAccounts with which Vault creates identities in the target). */
  minters: MinterTokens;
}

/**
 * The AppRole credentials with which a process logs in to Vault. The caller writes them to a file that only the user of
 * that process can read (0600).
 */
interface VaultLogin {
  roleId: string;
  secretId: string;
}

/** Lifetime of an AppRole token that is not renewed. */
const tokenTtl = '600s';
/** Lifetime of a read lease. */
const readTtl = '900s';

/** An unsealed Vault to set up, and the clusters that it serves. */
export interface VaultSetUp {
  address: string;
  /** The root token, which the set-up revokes at its end. */
  rootToken: Secret;
  /** Path of the audit log. Its folder must exist. */
  auditFile: string;
  targets: readonly VaultTarget[];
}

/** What the set-up returns. */
export interface VaultSetUpResult {
  logins: Record<ProcessName, VaultLogin>;
  /** The public key (32 bytes) that verifies the checkpoints of the journal. */
  checkpointKey: Uint8Array;
}

/**
 * Sets Vault up: the audit device, the keys, the mounts of each target, and an identity with a policy for each of the
 * four processes. At the end it revokes the root token. From then on Vault allows only what the policies allow. The
 * set-up may run again with another root token, even at the same time. A second run keeps the mounts and keys, and
 * writes the configs, roles and policies again. Each run returns logins that work.
 * @throws AirlockError of the Vault client.
 */
export async function setUpVault({ address, rootToken, auditFile, targets }: VaultSetUp): Promise<VaultSetUpResult> {
  const vault = createVaultClient({ address, token: rootToken });
  await enable(vault, 'sys/audit/file', { type: 'file', options: { file_path: auditFile, mode: '0600' } });
  await setUpKeys(vault);
  for (const target of targets) await setUpMounts(vault, target);
  const logins = await setUpIdentities(vault, targets);
  const publicKey = await readCheckpointKey(vault);
  await vault.write('auth/token/revoke-self', {});
  return { logins, checkpointKey: publicKey };
}

async function readCheckpointKey(vault: VaultClient): Promise<Uint8Array> {
  const { data } = await vault.read(`${transitMount}/keys/${checkpointKey}`);
  const publicKey = fromBase64(String(data.keys[1].public_key));
  if (publicKey) return publicKey;
  const message = `the public key of transit key ${checkpointKey} is not base64: check that key in Vault`;
  throw new AirlockError({ code: 'vault-response-invalid', message });
}

/** The pauses are random. With equal pauses, two set-ups that run at once would collide again. */
const enableRetry = { tries: 5, pauseMs: pauseAfter, jitter: 0.5 };

/**
 * Enables an engine, an auth method or an audit device at a path. If the path is already in use, nothing changes. Of
 * two requests at the same moment, one can fail inside Vault. The retry of the failed request then finds the path in
 * use.
 */
async function enable(vault: VaultClient, path: string, options: object): Promise<void> {
  try {
    await retry(enableRetry, () => vault.write(path, options));
  } catch (error) {
    if (!isInUse(error)) throw error;
  }
}

function isInUse(error: unknown): boolean {
  return error instanceof AirlockError && /already in use|already exists/.test(error.message);
}

function pauseAfter(error: unknown): number | undefined {
  if (!(error instanceof AirlockError) || isInUse(error)) return undefined;
  return ['vault-failed', 'vault-unavailable'].includes(error.code) ? 200 : undefined;
}

/**
 * Creates the keys. They can be neither exported nor deleted: these are Vault's defaults, and no policy of Airlock
 * allows to change them.
 */
async function setUpKeys(vault: VaultClient): Promise<void> {
  await enable(vault, `sys/mounts/${transitMount}`, { type: 'transit' });
  await vault.write(`${transitMount}/keys/${reportKey}`, { type: 'ed25519' });
  await vault.write(`${transitMount}/keys/${checkpointKey}`, { type: 'ed25519' });
  await vault.write(`${transitMount}/keys/${redactionKey}`, { type: 'hmac', key_size: 32 });
}

/**
 * Sets up the two or three mounts of a target. Each mount has the token of its own minter, so no mount has the
 * permissions of another mount's minter.
 */
async function setUpMounts(vault: VaultClient, { name, url, ca, minters }: VaultTarget): Promise<void> {
  const mounts = { exec: execMount(name), read: readMount(name), node: nodeMount(name) };
  for (const kind of ['exec', 'read', 'node'] as const) {
    const token = minters[kind];
    if (!token) continue; // the cluster administrator does not allow actions on nodes
    await enable(vault, `sys/mounts/${mounts[kind]}`, { type: 'kubernetes' });
    await vault.write(`${mounts[kind]}/config`, {
      kubernetes_host: url,
      kubernetes_ca_cert: ca,
      service_account_jwt: token.reveal(),
      disable_local_ca_jwt: true, // if Vault runs in a pod, it must not use the token of that pod
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

/** Sets up AppRole with one role and one policy per process. The tokens do not get Vault's policy `default`. */
async function setUpIdentities(
  vault: VaultClient,
  targets: readonly PolicyTarget[],
): Promise<Record<ProcessName, VaultLogin>> {
  await enable(vault, 'sys/auth/approle', { type: 'approle' });
  const policies = vaultPolicies(targets);
  const logins: [ProcessName, VaultLogin][] = [];
  for (const process of Object.values(processNames)) {
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
