import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createVaultClient, type VaultClient } from '../../src/platform/vault/vault-client.ts';
import { AirlockError } from '../../src/lib/error.ts';
import { Secret } from '../../src/platform/secret.ts';
import { isSuccess } from '../../src/platform/http/http-answer.ts';
import { httpGet } from '../../src/platform/http/http-get.ts';
import { keptPort } from '../state/kept-port.ts';
import { startServer } from '../process/process.ts';
import type { StateFolder } from '../state/state.ts';

/** A running, unsealed Vault. */
export interface VaultServer {
  address: string;
  /** The path for Vault's audit log. `setUpVault` enables this log. The folder of the file has mode 0700. */
  auditFile: string;
  /** A root token that was created for this start, for `setUpVault`. No file contains this token. */
  rootToken: Secret;
  /**
   * Records that Vault is set up. Call this function after `setUpVault`, which revokes the root token. Without this
   * record, the next start deletes all data of Vault and begins with an empty Vault.
   */
  recordSetUp(): Promise<void>;
}

const unsealFile = 'vault-unseal.json';

interface UnsealRecord {
  /** The unseal key. */
  key: string;
  /** True after `recordSetUp`. */
  finished: boolean;
}

/**
 * Starts Vault on 127.0.0.1 with file storage, and unseals Vault. A file of mode 0600 contains the only unseal key.
 * A user who can read this file can unseal Vault and generate a root token. This function does both: each start needs
 * a root token for new logins, because the old ones may have ended while Vault was stopped. If Vault is not set up yet,
 * its old data is deleted first: this data contains nothing of value.
 * @param program path of the program `vault`.
 * @throws AirlockError `server-failed`, `vault-unseal-failed` or an error of the Vault client.
 */
export async function startVault(state: StateFolder, program: string): Promise<VaultServer> {
  const folder = await state.folder('vault');
  const data = join(folder, 'data');
  const keptKey = await keyIfSetUp(state);
  if (keptKey === undefined) await rm(data, { recursive: true, force: true });
  const address = await startVaultServer(state, { program, folder, data });
  const vault = createVaultClient({ address });
  const isNew = keptKey === undefined;
  const { key, firstRootToken } = isNew ? await initialise(vault) : { key: keptKey, firstRootToken: undefined };
  if (isNew) await state.writeJson(unsealFile, { key, finished: false } satisfies UnsealRecord);
  await unseal(vault, key);
  return {
    address,
    auditFile: join(folder, 'audit.log'),
    rootToken: firstRootToken ?? (await generateRootToken(vault, key)),
    recordSetUp: () => state.writeJson(unsealFile, { key, finished: true } satisfies UnsealRecord),
  };
}

/** Returns the unseal key if Vault is set up, otherwise undefined. */
async function keyIfSetUp(state: StateFolder): Promise<string | undefined> {
  const kept = await state.readJson(unsealFile, parseUnsealRecord);
  return kept?.finished ? kept.key : undefined;
}

async function startVaultServer(
  state: StateFolder,
  paths: { program: string; folder: string; data: string },
): Promise<string> {
  const { program, folder, data } = paths;
  const port = await keptPort(state, 'vault');
  const address = `http://127.0.0.1:${String(port)}`;
  await state.writeJson('vault/config.json', {
    listener: { tcp: { address: `127.0.0.1:${String(port)}`, tls_disable: true } },
    storage: { file: { path: data } },
    disable_mlock: true,
  });
  await startServer(state, {
    name: 'vault',
    command: program,
    args: ['server', `-config=${join(folder, 'config.json')}`],
    env: { HOME: folder },
    cwd: folder,
    deadlineMs: 20_000,
    ready: async () => isSuccess(await httpGet({ origin: address, path: '/v1/sys/seal-status', deadlineMs: 1_000 })),
    order: 20,
  });
  return address;
}

async function initialise(vault: VaultClient): Promise<{ key: string; firstRootToken: Secret }> {
  const answer = await vault.write('sys/init', { secret_shares: 1, secret_threshold: 1 });
  return { key: answer.keys_base64[0], firstRootToken: new Secret<string>(answer.root_token) };
}

async function unseal(vault: VaultClient, key: string): Promise<void> {
  const { sealed } = await vault.write('sys/unseal', { key });
  if (!sealed) return;
  const message = `Vault is still sealed: the key in ${unsealFile} of the state folder belongs to another Vault; delete the state folder with \`npx airlock down --purge\`, then start the stack again`;
  throw new AirlockError({ code: 'vault-unseal-failed', message });
}

/**
 * Generates a root token with the unseal key. Vault returns the token as the XOR of the token and a one-time password,
 * in base64 without padding.
 */
async function generateRootToken(vault: VaultClient, key: string): Promise<Secret> {
  await vault.delete('sys/generate-root/attempt'); // an earlier start may have crashed during an attempt
  const { nonce, otp } = await vault.write('sys/generate-root/attempt', {});
  const { encoded_token: encoded } = await vault.write('sys/generate-root/update', { key, nonce });
  const password = Buffer.from(String(otp));
  const token = Buffer.from(String(encoded), 'base64').map((byte, index) => byte ^ (password[index] ?? 0));
  return new Secret(Buffer.from(token).toString('utf8'));
}

function parseUnsealRecord(value: unknown): UnsealRecord {
  const { key, finished } = value as Partial<UnsealRecord>;
  if (typeof key !== 'string' || typeof finished !== 'boolean') throw new TypeError('not an unseal record');
  return { key, finished };
}
