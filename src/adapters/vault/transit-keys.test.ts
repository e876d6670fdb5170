import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { VaultRequester } from '../../platform/vault/vault-client.ts';
import { parseTransitSignature, readTransitKeys } from './transit-keys.ts';

const signature = `vault:v2:${'A'.repeat(86)}==`;

function vaultWith(keys: Record<string, { public_key: string }>): VaultRequester {
  return { request: async () => ({ data: { keys } }) };
}

describe('parseTransitSignature', () => {
  it('returns the key version and 64 bytes', () => {
    assert.deepEqual(parseTransitSignature(signature), { version: '2', bytes: new Uint8Array(64) });
  });

  const malformed: [string, string][] = [
    ['base64 that is not canonical', signature.replace('A==', 'B==')],
    ['too few bytes', `vault:v2:${'A'.repeat(85)}=`],
    ['base64url', signature.replace('AAAA', 'AA-_')],
    ['version 0', signature.replace('v2', 'v0')],
    ['text after it', `${signature}\n`],
    ['an empty text', ''],
  ];
  for (const [name, text] of malformed) {
    it(`refuses ${name}`, () => assert.equal(parseTransitSignature(text), undefined));
  }
});

describe('readTransitKeys', () => {
  const publicKey = `${'A'.repeat(43)}=`;

  it('returns the public key of each version', async () => {
    const keys = await readTransitKeys(vaultWith({ 1: { public_key: publicKey } }), 'report');
    assert.deepEqual([...keys], [['1', new Uint8Array(32)]]);
  });

  it('refuses a public key that is not canonical base64', async () => {
    const vault = vaultWith({ 1: { public_key: publicKey.replace('A=', 'B=') } });
    await assert.rejects(readTransitKeys(vault, 'report'), {
      code: 'vault-response-invalid',
      message: /report, version 1/,
    });
  });
});
