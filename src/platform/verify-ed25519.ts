import { createPublicKey, verify } from 'node:crypto';

/** Whether a signature is of that message by the key of these 32 bytes (Ed25519, RFC 8032). */
export function verifyEd25519(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const x = Buffer.from(publicKey).toString('base64url');
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' }); // RFC 8037
  return verify(null, message, key, signature);
}
