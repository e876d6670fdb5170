import type { VaultRequester } from '../../platform/vault/vault-client.ts';

const form = /^vault:v([1-9][0-9]{0,5}):([A-Za-z0-9+/]{86}==)$/;

/** Reads a signature of Vault's transit engine: the key's version and 64 bytes of Ed25519. Undefined if malformed. */
export function parseTransitSignature(signature: string): { version: string; bytes: Uint8Array } | undefined {
  const [, version, bytes] = form.exec(signature) ?? [];
  return version && bytes ? { version, bytes: Buffer.from(bytes, 'base64') } : undefined;
}

/**
 * Public keys of one Ed25519 key of the transit engine, 32 bytes each, by version. Vault omits versions below the key's
 * `min_decryption_version`.
 */
export async function readTransitKeys(vault: VaultRequester, name: string): Promise<Map<string, Uint8Array>> {
  const answer = await vault.request('GET', `transit/keys/${name}`);
  const keys = Object.entries((answer?.data?.keys ?? {}) as Record<string, { public_key: string }>);
  return new Map(keys.map(([version, { public_key }]) => [version, new Uint8Array(Buffer.from(public_key, 'base64'))]));
}
