import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createVaultClient, type VaultClient } from '../../src/platform/vault/vault-client.ts';
import { omitUndefined } from '../../src/lib/omit-undefined.ts';
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
  /** The root token, for `setUpVault`. No file contains this token. Undefined if Vault is already set up. */
  rootToken?: Secret;
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
 * A user who can read this file can unseal Vault and generate a root token. If Vault is not set up yet, its old data is
 * deleted first: this data contains nothing of value.
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
  const { key, rootToken } = keptKey === undefined ? await initialise(vault) : { key: keptKey, rootToken: undefined };
  if (keptKey === undefined) await state.writeJson(unsealFile, { key, finished: false } satisfies UnsealRecord);
  await unseal(vault, key);
  return omitUndefined({
    address,
    auditFile: join(folder, 'audit.log'),
    rootToken,
    recordSetUp: () => state.writeJson(unsealFile, { key, finished: true } satisfies UnsealRecord),
  });
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

async function initialise(vault: VaultClient): Promise<{ key: string; rootToken: Secret }> {
  const answer = await vault.write('sys/init', { secret_shares: 1, secret_threshold: 1 });
  return { key: answer.keys_base64[0], rootToken: new Secret<string>(answer.root_token) };
}

async function unseal(vault: VaultClient, key: string): Promise<void> {
  const { sealed } = await vault.write('sys/unseal', { key });
  if (!sealed) return;
  const message = `Vault is still sealed: the key in ${unsealFile} of the state folder belongs to another Vault; delete the state folder with \`npx airlock down --purge\`, then start the stack again`;
  throw new AirlockError({ code: 'vault-unseal-failed', message });
}

function parseUnsealRecord(value: unknown): UnsealRecord {
  const { key, finished } = value as Partial<UnsealRecord>;
  if (typeof key !== 'string' || typeof finished !== 'boolean') throw new TypeError('not an unseal record');
  return { key, finished };
}
