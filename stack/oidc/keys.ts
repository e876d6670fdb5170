import { generateKeyPairSync, randomBytes } from 'node:crypto';
import type { JWK } from 'oidc-provider';
import { toBase64url } from '../../src/lib/base64.ts';

/** The keys of the local OIDC provider. Only the provider's process reads the file with these keys. */
export interface ProviderKeys {
  /** Private keys that sign tokens. */
  jwks: { keys: JWK[] };
  /** Keys that sign the provider's cookies. */
  cookies: string[];
}

/** Generates the keys. The ES256 key signs the ID tokens. The RS256 key is there because OIDC requires RS256. */
export function newProviderKeys(): ProviderKeys {
  return {
    jwks: {
      keys: [
        jwk(generateKeyPairSync('ec', { namedCurve: 'P-256' }), 'ES256'),
        jwk(generateKeyPairSync('rsa', { modulusLength: 2048 }), 'RS256'),
      ],
    },
    cookies: [toBase64url(randomBytes(32))],
  };
}

function jwk({ privateKey }: { privateKey: import('node:crypto').KeyObject }, alg: string): JWK {
  return { ...privateKey.export({ format: 'jwk' }), alg, use: 'sig', kid: randomBytes(8).toString('hex') } as JWK;
}

/**
 * Parses the content of a key file. Checks only that `jwks.keys` and `cookies` are lists: the library oidc-provider
 * checks each key.
 * @throws TypeError if a list is missing.
 */
export function parseProviderKeys(value: unknown): ProviderKeys {
  const keys = value as Partial<ProviderKeys>;
  if (!Array.isArray(keys.jwks?.keys) || !Array.isArray(keys.cookies)) {
    throw new TypeError('jwks.keys or cookies is not a list');
  }
  return keys as ProviderKeys;
}
