import { randomUUID } from 'node:crypto';
import {
  execMount,
  nodeMount,
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
import { accounts, clusterRoles, mintedByLabel, readNameTemplate } from '../guardrails/names.ts';
import { appRolePath, createSecretId, type AppRoleLogin } from '../../src/platform/vault/app-role.ts';
import { createVaultClient, type VaultClient } from '../../src/platform/vault/vault-client.ts';
import {
  checkpointKey,
  checkpointMount,
  readerRole,
  redactionKey,
  reportKey,
  rowKey,
  transitMount,
  vaultIdentity,
} from './names.ts';
import { endLogins, readSetUps } from './logins.ts';
import { vaultPolicies, type PolicyTarget } from './policies.ts';

/** A target cluster for which Vault issues credentials. */
export interface VaultTarget extends PolicyTarget {
  /** `https://` address of the target's API server. */
  url: string;
  /** PEM certificate of the CA that issued the API server's certificate. */
  ca: string;
  /** The tokens with which Vault creates identities in the target. */
  minterTokens: MinterTokens;
}

/** By process: the credential with which the process logs in to Vault. No other process may know it. */
export type VaultLogins = Record<ProcessName, AppRoleLogin>;

const defaultSecretIdSeconds = 24 * 3600;
/** Lifetime of the Vault token of a process. The process can renew the token. */
const tokenTtl = '600s';
/** Lifetime of a read lease. */
const readTtl = '900s';

/** The input of `setUpVault`. */
export interface VaultSetUp {
  /** Address of a Vault that is unsealed. */
  address: string;
  /** A root token. `setUpVault` revokes it at the end, also if the set-up fails. */
  rootToken: Secret;
  /** Path of Vault's audit log on the machine of Vault. The folder of this file must exist. */
  auditFile: string;
  /** The target clusters for which Vault will issue credentials. */
  targets: readonly VaultTarget[];
  /** Addresses (CIDR) from which the processes reach Vault. Vault refuses logins and tokens from every other address. */
  cidrs: readonly string[];
  /** Lifetime of a secret id, seconds. By default one day. The processes replace their secret ids before the end. */
  secretIdSeconds?: number;
  /** Stores each login where its process reads it. Afterwards, `setUpVault` ends the older logins. */
  handOver: (logins: VaultLogins) => Promise<void>;
}

/** What `setUpVault` returns. */
export interface VaultSetUpResult {
  /** The public key (32 bytes) that verifies the checkpoints of the journal. */
  checkpointPublicKey: Uint8Array;
}

/**
 * Sets Vault up: the audit device, the transit keys, the store of kept checkpoints, the mounts of each target, and an
 * AppRole role with a policy for each process. Hands over a new login for each process, then ends all older logins. At
 * the end, revokes the root token.
 *
 * A second call is possible with another root token. It keeps the audit device, the mounts and the keys. It writes the
 * configs, roles and policies again. It ends the logins of the first call, and every login that the processes created
 * since. If two calls run at the same time, the one that creates its logins later may end those of the other, so all
 * logins of at least one call work.
 * @throws AirlockError of the Vault client; `vault-response-invalid`; `vault-logins-remain`; the error of `handOver`.
 * After an error of `handOver`, the older logins still work.
 */
export async function setUpVault(setUp: VaultSetUp): Promise<VaultSetUpResult> {
  const vault = createVaultClient({ address: setUp.address, token: setUp.rootToken });
  const revokeRootToken = (): Promise<void> => vault.write('auth/token/revoke-self', {});
  const result = await setUpWith(vault, setUp).catch(async (error: unknown) => {
    await revokeRootToken().catch(() => undefined); // the first error says more
    throw error;
  });
  await revokeRootToken();
  return result;
}

async function setUpWith(vault: VaultClient, setUp: VaultSetUp): Promise<VaultSetUpResult> {
  const { auditFile, targets, handOver } = setUp;
  await enable(vault, 'sys/audit/file', { type: 'file', options: { file_path: auditFile, mode: '0600' } });
  await setUpKeys(vault);
  await enable(vault, `sys/mounts/${checkpointMount}`, { type: 'kv', options: { version: '1' } });
  for (const target of targets) await setUpMounts(vault, target);
  await setUpAppRole(vault);
  await setUpRoles(vault, setUp);
  const olderSetUps = await readSetUps(vault, roles);
  await handOver(await createLogins(vault));
  await endLogins(vault, roles, olderSetUps);
  return { checkpointPublicKey: await readCheckpointPublicKey(vault) };
}

async function readCheckpointPublicKey(vault: VaultClient): Promise<Uint8Array> {
  const { data } = await vault.read(`${transitMount}/keys/${checkpointKey}`);
  const publicKey = fromBase64(String(data.keys[1].public_key));
  if (publicKey) return publicKey;
  const message = `the public key of transit key ${checkpointKey} is not base64: check that key in Vault`;
  throw new AirlockError({ code: 'vault-response-invalid', message });
}

/** The jitter makes it unlikely that two concurrent set-ups collide again. */
const enableRetry = { tries: 5, pauseMs: pauseAfter, jitter: 0.5 };

/**
 * Enables an engine, an auth method or an audit device at a path. If the path is already in use, nothing changes. If
 * two set-ups enable the same path at the same moment, Vault can fail one of the two requests. So a request that
 * failed inside Vault is sent again.
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
 * Creates the transit keys. By default, Vault refuses every request to export or delete a transit key. No policy of
 * Airlock allows changing this default.
 */
async function setUpKeys(vault: VaultClient): Promise<void> {
  await enable(vault, `sys/mounts/${transitMount}`, { type: 'transit' });
  await vault.write(`${transitMount}/keys/${reportKey}`, { type: 'ed25519' });
  await vault.write(`${transitMount}/keys/${checkpointKey}`, { type: 'ed25519' });
  await vault.write(`${transitMount}/keys/${redactionKey}`, { type: 'hmac', key_size: 32 });
  await vault.write(`${transitMount}/keys/${rowKey}`, { type: 'hmac', key_size: 32 });
}

/** Sets up the mounts of a target. Each mount gets the token of a different minter. */
async function setUpMounts(vault: VaultClient, { name, url, ca, minterTokens }: VaultTarget): Promise<void> {
  const mounts = { exec: execMount(name), read: readMount(name), node: nodeMount(name) };
  for (const kind of ['exec', 'read', 'node'] as const) {
    const token = minterTokens[kind];
    if (!token) continue; // there is no node minter: the cluster administrator does not allow actions on nodes
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
    extra_labels: { [mintedByLabel.key]: accounts.readMinter },
  });
}

/**
 * Enables AppRole. After five failed logins, Vault by default refuses all logins of a role for 15 minutes (user
 * lockout). This would let everybody who knows a role id stop the process of this role. Nobody can guess a secret id
 * (128 random bits), so the set-up disables the lockout.
 */
async function setUpAppRole(vault: VaultClient): Promise<void> {
  await enable(vault, 'sys/auth/approle', { type: 'approle' });
  await vault.write('sys/auth/approle/tune', { user_lockout_config: { lockout_disable: true } });
}

const roles = Object.values(processNames).map(vaultIdentity);

/** Writes a policy and an AppRole role for each process. */
async function setUpRoles(
  vault: VaultClient,
  { targets, cidrs, secretIdSeconds = defaultSecretIdSeconds }: VaultSetUp,
): Promise<void> {
  const policies = vaultPolicies(targets);
  for (const process of Object.values(processNames)) {
    const name = vaultIdentity(process);
    await vault.write(`sys/policies/acl/${name}`, { policy: policies[process] });
    await vault.write(appRolePath(name), {
      token_policies: [name],
      token_no_default_policy: true,
      token_ttl: tokenTtl,
      token_bound_cidrs: cidrs,
      secret_id_bound_cidrs: cidrs,
      secret_id_ttl: `${secretIdSeconds}s`,
    });
  }
}

/**
 * Creates a login for each process. Vault stores the id of this set-up with each secret id, and with the tokens of its
 * logins. A secret id that a process creates later has no such id, because Vault refuses metadata from processes.
 */
async function createLogins(vault: VaultClient): Promise<VaultLogins> {
  const metadata = JSON.stringify({ set_up: randomUUID() });
  const logins: [ProcessName, AppRoleLogin][] = [];
  for (const process of Object.values(processNames)) {
    const role = vaultIdentity(process);
    const { role_id: roleId } = (await vault.read(`${appRolePath(role)}/role-id`)).data;
    logins.push([process, { roleId, ...(await createSecretId(vault, role, { metadata })) }]);
  }
  return Object.fromEntries(logins) as VaultLogins;
}
