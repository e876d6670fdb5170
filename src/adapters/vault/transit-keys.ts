import { fromBase64 } from '../../lib/base64.ts';
import { AirlockError } from '../../lib/error.ts';
import type { VaultRequester } from '../../platform/vault/vault-client.ts';

const signatureForm = /^vault:v([1-9][0-9]{0,5}):([A-Za-z0-9+/]{86}==)$/;

/**
 * Parses an Ed25519 signature of Vault's transit engine. Returns the key version and the 64 bytes of the signature.
 * Returns undefined for a malformed signature.
 */
export function parseTransitSignature(signature: string): { version: string; bytes: Uint8Array } | undefined {
  const [, version, encoded] = signatureForm.exec(signature) ?? [];
  const bytes = fromBase64(encoded ?? '');
  return version && bytes ? { version, bytes } : undefined;
}

/**
 * Reads the public keys of one Ed25519 key of Vault's transit engine. The map has one public key for each key version.
 * Vault omits the versions below the key's `min_decryption_version`.
 * @throws AirlockError with the codes of VaultRequester; `vault-response-invalid` if a public key is not base64.
 */
export async function readTransitKeys(vault: VaultRequester, name: string): Promise<Map<string, Uint8Array>> {
  const answer = await vault.request('GET', `transit/keys/${name}`);
  const keys = Object.entries((answer?.data?.keys ?? {}) as Record<string, { public_key: string }>);
  return new Map(keys.map(([version, { public_key }]) => [version, publicKeyOf(name, version, public_key)]));
}

function publicKeyOf(name: string, version: string, encoded: string): Uint8Array {
  const publicKey = fromBase64(encoded);
  if (publicKey) return publicKey;
  const message = `the public key of transit key ${name}, version ${version}, is not base64: check that key in Vault`;
  throw new AirlockError({ code: 'vault-response-invalid', message });
}
