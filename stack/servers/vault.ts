import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createVaultClient, type VaultClient } from '../../src/platform/vault/vault-client.ts';
import { defined } from '../../src/lib/defined.ts';
import { AirlockError } from '../../src/lib/error.ts';
import { Secret } from '../../src/platform/secret.ts';
import { isSuccess } from '../../src/platform/http/http-answer.ts';
import { httpGet } from '../../src/platform/http/http-get.ts';
import { keptPort } from '../state/kept-port.ts';
import { startServer } from '../process/process.ts';
import type { StateFolder } from '../state/state.ts';

/** A Vault that is up and unsealed. */
export interface VaultServer {
  address: string;
  /** Where its audit device is to write; a folder that only the stack's owner enters. */
  auditFile: string;
  /** Only until `finished` was called once: what set-up logs in with. Held in memory and nowhere else. */
  rootToken?: Secret;
  /** Call it when set-up is done and the root token revoked. Before that, a restart begins with an empty Vault. */
  finished(): Promise<void>;
}

const secretFile = 'vault-unseal.json';

interface Unseal {
  key: string;
  finished: boolean;
}

/**
 * Vault on 127.0.0.1 with file storage, initialised with one key share, which a 0600 file of the stack's owner keeps:
 * who reads that file can unseal this Vault and make a new root token, so it is the owner's to guard.
 * A Vault whose set-up never ended holds nothing that could not be made again: it is thrown away.
 * @param program Path of Vault.
 * @throws AirlockError `server-failed`, `vault-unseal-failed` or one of the client's.
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
  return defined({
    address,
    auditFile: join(folder, 'audit.log'),
    rootToken,
    finished: () => state.writeJson(secretFile, { key, finished: true } satisfies Unseal),
  });
}

/** The key of a Vault whose set-up ended. */
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
  const message = `Vault stays sealed: ${secretFile} of the state folder is not of this Vault; throw the state away and start anew`;
  throw new AirlockError({ code: 'vault-unseal-failed', message });
}

function parseUnseal(value: unknown): Unseal {
  const { key, finished } = value as Partial<Unseal>;
  if (typeof key !== 'string' || typeof finished !== 'boolean') throw new TypeError('not an unseal key');
  return { key, finished };
}
