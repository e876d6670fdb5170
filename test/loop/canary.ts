import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createVaultClient } from '../../clusters/vault/client.ts';
import { createBlobs } from '../../src/adapters/postgres/blobs.ts';
import { createPool } from '../../src/adapters/postgres/pool.ts';
import type { ProcessName } from '../../src/domain/names.ts';
import { Secret } from '../../src/platform/secret.ts';
import type { BootedStack } from './boot-stack.ts';

/** A token that no issuer made, in the form that grants have. */
export const canary = [{ alg: 'RS256' }, { sub: 'system:serviceaccount:shop:airlock-canary-00000000' }]
  .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
  .concat('c2lnbmF0dXJlLW9mLW5vYm9keQ')
  .join('.');

/** Hides the canary where reports and snapshots are kept, as governance could. */
export async function hideCanary({ folder }: BootedStack): Promise<void> {
  const { postgres } = JSON.parse(await readFile(join(folder, 'config/serve.json'), 'utf8')) as { postgres: string };
  const pool = createPool(new Secret(postgres));
  try {
    await createBlobs(pool).put({ canary });
  } finally {
    await pool.end();
  }
}

/** A true token of the stack's Vault, as one of the four processes logs in. */
export async function trueVaultToken({ folder, stage }: BootedStack, process: ProcessName): Promise<string> {
  const { roleId, secretId } = JSON.parse(await readFile(join(folder, `config/${process}.identity.json`), 'utf8')) as {
    roleId: string;
    secretId: string;
  };
  const vault = createVaultClient({ address: stage.stack.vault });
  const { auth } = await vault.write('auth/approle/login', { role_id: roleId, secret_id: secretId });
  return auth.client_token as string;
}
