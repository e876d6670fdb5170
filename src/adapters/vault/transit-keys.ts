import { fromBase64 } from '../../lib/base64.ts';
import { AirlockError } from '../../lib/error.ts';
import type { VaultRequester } from '../../platform/vault/vault-client.ts';

const signatureForm = /^vault:v([1-9][0-9]{0,5}):([A-Za-z0-9+/]{86}==)$/;

/**
 * Parses a signature of Vault's transit engine into the version of the key and the 64 bytes of an Ed25519 signature.
 * Returns undefined for a malformed signature.
 */
export function parseTransitSignature(signature: string): { version: string; bytes: Uint8Array } | undefined {
  const [, version, text] = signatureForm.exec(signature) ?? [];
  const bytes = fromBase64(text ?? '');
  return version && bytes ? { version, bytes } : undefined;
}

/**
 * Reads the public keys (32 bytes each) of one Ed25519 key of the transit engine, by version. Vault omits the versions
 * below the key's `min_decryption_version`.
 * @throws AirlockError `vault-response-invalid` if a public key is not canonical base64.
 */
export async function readTransitKeys(vault: VaultRequester, name: string): Promise<Map<string, Uint8Array>> {
  const answer = await vault.request('GET', `transit/keys/${name}`);
  const keys = Object.entries((answer?.data?.keys ?? {}) as Record<string, { public_key: string }>);
  return new Map(keys.map(([version, { public_key }]) => [version, publicKeyOf(name, version, public_key)]));
}

function publicKeyOf(name: string, version: string, text: string): Uint8Array {
  const publicKey = fromBase64(text);
  if (publicKey) return publicKey;
  const message = `the public key of transit key ${name}, version ${version}, is not base64: check that key in Vault`;
  throw new AirlockError({ code: 'vault-response-invalid', message });
}
