import type { VaultSession } from './session.ts';

const form = /^vault:v([1-9][0-9]{0,5}):([A-Za-z0-9+/]{86}==)$/;

/** What transit says of an Ed25519 signature: which version of the key made it, and its 64 bytes. Undefined for else. */
export function parseTransitSignature(signature: string): { version: string; bytes: Uint8Array } | undefined {
  const [, version, bytes] = form.exec(signature) ?? [];
  return version && bytes ? { version, bytes: Buffer.from(bytes, 'base64') } : undefined;
}

/**
 * Public keys of an Ed25519 key of transit's, 32 bytes each, by version. Vault leaves out those below the key's
 * `min_decryption_version`.
 */
export async function readTransitKeys(
  vault: Pick<VaultSession, 'request'>,
  name: string,
): Promise<Map<string, Uint8Array>> {
  const answer = await vault.request('GET', `transit/keys/${name}`);
  const keys = Object.entries((answer?.data?.keys ?? {}) as Record<string, { public_key: string }>);
  return new Map(keys.map(([version, { public_key }]) => [version, new Uint8Array(Buffer.from(public_key, 'base64'))]));
}
