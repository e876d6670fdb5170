import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { VaultLogins } from '../../clusters/vault/set-up.ts';
import { Secret } from '../../src/platform/secret.ts';
import type { AppRoleLogin } from '../../src/platform/vault/app-role.ts';
import { createVaultClient, type VaultClient } from '../../src/platform/vault/vault-client.ts';
import { ensureToolchain } from '../../stack/toolchain/toolchain.ts';
import { stopAll } from '../../stack/process/process.ts';
import { createProgress } from '../../stack/progress.ts';
import { openState } from '../../stack/state/state.ts';
import { startVault } from '../../stack/servers/vault.ts';
import { setUpTestVault } from '../set-up-vault.ts';

/** A real Vault without targets, whose set-up a test runs as often as it wants. */
export interface VaultScene extends AsyncDisposable {
  address: string;
  /** Vault with a root token that no set-up revokes. */
  root: VaultClient;
  anybody: VaultClient;
  /** Runs the set-up with a root token of its own. `secretIdSeconds`: lifetime of a secret id. */
  setUp(secretIdSeconds?: number): Promise<VaultLogins>;
  /** Writes an identity file. @returns its path. */
  identityFile(name: string, login: AppRoleLogin): Promise<string>;
}

export async function startVaultScene(): Promise<VaultScene> {
  const path = await mkdtemp(join(tmpdir(), 'airlock-logins-'));
  const state = await openState(join(path, 'state'));
  const dispose = async (): Promise<void> => {
    await stopAll(state);
    await rm(path, { recursive: true });
  };
  try {
    const program = (await ensureToolchain(createProgress())).program('vault');
    const { address, rootToken, auditFile } = await startVault(state, program);
    const root = createVaultClient({ address, token: rootToken });
    const anotherRoot = async (): Promise<Secret> => {
      const { auth } = await root.write('auth/token/create-orphan', { policies: ['root'] });
      return new Secret<string>(auth.client_token);
    };
    return {
      address,
      root,
      anybody: createVaultClient({ address }),
      async setUp(secretIdSeconds = 86_400) {
        const options = { address, rootToken: await anotherRoot(), auditFile, targets: [], secretIdSeconds };
        return (await setUpTestVault(options)).logins;
      },
      async identityFile(name, login) {
        const file = join(path, name);
        await writeFile(file, JSON.stringify(login), { mode: 0o600 });
        return file;
      },
      [Symbol.asyncDispose]: dispose,
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}

/** Logs in. @returns Vault under the token. */
export async function logIn(anybody: VaultClient, { roleId, secretId }: AppRoleLogin): Promise<VaultClient> {
  const { auth } = await anybody.write('auth/approle/login', { role_id: roleId, secret_id: secretId });
  return anybody.withToken(new Secret<string>(auth.client_token));
}

/** Sends a request to Vault from one of the loopback addresses of this machine. @returns status and JSON. */
export function requestFrom(
  localAddress: string,
  url: string,
  { body, token }: { body?: object; token?: string },
): Promise<{ status: number; body: any }> {
  const headers = token === undefined ? {} : { 'x-vault-token': token };
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: body ? 'POST' : 'GET', localAddress, headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => {
        resolve({ status: answer.statusCode ?? 0, body: JSON.parse(Buffer.concat(chunks).toString('utf8')) });
      });
    });
    sent.on('error', reject).end(body ? JSON.stringify(body) : undefined);
  });
}
