import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AirlockError } from '../../lib/error.ts';
import type { VaultRequester } from '../../platform/vault/vault-client.ts';
import { createKeptCheckpoints } from './kept-checkpoints.ts';

const name = '0000000000000007-00112233aabbccdd';

/** Vault with one entry. `get` answers each read of the entry. */
function vaultWith(get: () => unknown): VaultRequester {
  return { request: async (method) => (method === 'LIST' ? { data: { keys: [name] } } : get()) as never };
}

describe('kept checkpoints', () => {
  it('are read again later, if other gateways replaced them during each read', async () => {
    const missing = (): never => {
      const details = { status: 404, errors: [] };
      throw new AirlockError({ code: 'vault-refused', message: 'Vault answered 404', details });
    };
    await assert.rejects(createKeptCheckpoints(vaultWith(missing)).read(), {
      code: 'vault-unavailable',
      next: 'retry',
    });
  });

  it('need a person, if an entry has no note', async () => {
    const read = createKeptCheckpoints(vaultWith(() => ({ data: {} }))).read();
    await assert.rejects(read, {
      code: 'vault-response-invalid',
      next: 'ask',
      message: new RegExp(`${name} has no note`),
    });
  });
});
