import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import { toBase64, toBase64url } from '../../src/lib/base64.ts';

/** PostgreSQL's default (`scram_iterations`). */
const iterations = 4096;

/** Generates a password: 32 random bytes in base64url. A connection string can contain base64url without escaping. */
export function newPassword(): string {
  return toBase64url(randomBytes(32));
}

/**
 * Returns the verifier that PostgreSQL stores for a password (SCRAM-SHA-256, RFC 5803). The stack sends PostgreSQL the
 * verifier in SQL, not the password. So PostgreSQL cannot log the password.
 */
export function scramVerifier(password: string): string {
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256');
  const storedKey = createHash('sha256').update(hmac(salted, 'Client Key')).digest();
  const serverKey = hmac(salted, 'Server Key');
  return `SCRAM-SHA-256$${String(iterations)}:${toBase64(salt)}$${toBase64(storedKey)}:${toBase64(serverKey)}`;
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
