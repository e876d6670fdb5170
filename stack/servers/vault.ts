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
  /** The file for the audit device, in a folder that only the user of the stack can enter. */
  auditFile: string;
  /** The root token, for the set-up. No file contains it. Undefined if an earlier start has finished the set-up. */
  rootToken?: Secret;
  /**
   * Records that the set-up is done. Call this function after the root token is revoked. Otherwise the next start
   * deletes this Vault and begins with an empty Vault.
   */
  recordSetUp(): Promise<void>;
}

const secretFile = 'vault-unseal.json';

interface Unseal {
  key: string;
  finished: boolean;
}

/**
 * Starts Vault on 127.0.0.1 with file storage. Vault is initialised with one key share, which is kept in a file of mode
 * 0600. A reader of that file can unseal this Vault and generate a root token. If the set-up of an earlier start did
 * not finish, that Vault is deleted first, because it contains nothing of value.
 * @param program path of the program `vault`.
 * @throws AirlockError `server-failed`, `vault-unseal-failed` or an error of the Vault client.
 */
export async function startVault(state: StateFolder, program: string): Promise<VaultServer> {
  const folder = await state.folder('vault');
  const data = join(folder, 'data');
  const kept = await keptUnseal(state);
  if (!kept) await rm(data, { recursive: true, force: true });
  const address = await serve(state, { program, folder, data });
  const vault = createVaultClient({ address });
  const { key, rootToken } = kept ?? (await initialise(vault));
  if (!kept) await state.writeJson(secretFile, { key, finished: false } satisfies Unseal);
  await unseal(vault, key);
  return omitUndefined({
    address,
    auditFile: join(folder, 'audit.log'),
    rootToken,
    recordSetUp: () => state.writeJson(secretFile, { key, finished: true } satisfies Unseal),
  });
}

/** Returns the unseal key if the set-up of the Vault has finished, otherwise undefined. */
async function keptUnseal(state: StateFolder): Promise<{ key: string; rootToken?: Secret } | undefined> {
  const kept = await state.readJson(secretFile, parseUnseal);
  return kept?.finished ? { key: kept.key } : undefined;
}

async function serve(state: StateFolder, paths: { program: string; folder: string; data: string }): Promise<string> {
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
  const message = `Vault stays sealed: ${secretFile} in the state folder belongs to another Vault; delete the state (npx airlock down --purge) and start again`;
  throw new AirlockError({ code: 'vault-unseal-failed', message });
}

function parseUnseal(value: unknown): Unseal {
  const { key, finished } = value as Partial<Unseal>;
  if (typeof key !== 'string' || typeof finished !== 'boolean') throw new TypeError('not an unseal key');
  return { key, finished };
}
