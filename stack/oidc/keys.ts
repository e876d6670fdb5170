import { generateKeyPairSync, randomBytes } from 'node:crypto';
import type { JWK } from 'oidc-provider';
import { toBase64url } from '../../src/lib/base64.ts';

/** The keys of the provider. Only the process of the provider reads the file with these keys. */
export interface ProviderKeys {
  jwks: { keys: JWK[] };
  /** Keys that sign the provider's cookies. */
  cookies: string[];
}

/** Generates keys. The ES256 key signs the ID tokens. OIDC demands that a provider also has an RS256 key. */
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
 * Checks that the content of a key file has the two lists. The provider's library checks the keys themselves.
 * @throws TypeError if a list is missing.
 */
export function parseProviderKeys(value: unknown): ProviderKeys {
  const keys = value as Partial<ProviderKeys>;
  if (!Array.isArray(keys.jwks?.keys) || !Array.isArray(keys.cookies)) throw new TypeError('not provider keys');
  return keys as ProviderKeys;
}
