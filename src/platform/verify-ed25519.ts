import { createPublicKey, verify } from 'node:crypto';
import { toBase64url } from '../lib/base64.ts';

/**
 * Returns true if `signature` is a valid Ed25519 signature (RFC 8032) of `message`.
 * @param publicKey the 32 bytes of the signer's public key.
 */
export function verifyEd25519(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const x = toBase64url(publicKey);
  // RFC 8037 defines this form of a JWK.
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  return verify(null, message, key, signature);
}
