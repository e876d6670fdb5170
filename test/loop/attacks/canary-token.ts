import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createVaultClient } from '../../../src/platform/vault/vault-client.ts';
import { createBlobs } from '../../../src/adapters/postgres/blobs.ts';
import { createPool } from '../../../src/adapters/postgres/pool.ts';
import type { ProcessName } from '../../../src/domain/names.ts';
import { Secret } from '../../../src/platform/secret.ts';
import type { BootedStack } from '../boot-stack.ts';

/** A token in the form of a grant's token. No issuer made it. */
export const canaryToken = [{ alg: 'RS256' }, { sub: 'system:serviceaccount:shop:airlock-canary-token-00000000' }]
  .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
  .concat('c2lnbmF0dXJlLW9mLW5vYm9keQ')
  .join('.');

/** Stores the canary token among reports and snapshots, as governance could. */
export async function storeCanaryToken({ folder }: BootedStack): Promise<void> {
  const { postgres } = JSON.parse(await readFile(join(folder, 'config/serve.json'), 'utf8')) as { postgres: string };
  const pool = createPool(new Secret(postgres));
  try {
    await createBlobs(pool).put({ canaryToken });
  } finally {
    await pool.end();
  }
}

/** Logs in to the stack's Vault as one of the four processes. @returns its token. */
export async function realVaultToken({ folder, client }: BootedStack, process: ProcessName): Promise<string> {
  const { roleId, secretId } = JSON.parse(
    await readFile(join(folder, `identities/${process}/identity.json`), 'utf8'),
  ) as {
    roleId: string;
    secretId: string;
  };
  const vault = createVaultClient({ address: client.stack.vault });
  const { auth } = await vault.write('auth/approle/login', { role_id: roleId, secret_id: secretId });
  return auth.client_token as string;
}
