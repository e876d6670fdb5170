import { generateKeyPairSync, randomBytes } from 'node:crypto';
import type { JWK } from 'oidc-provider';

/** Keys of the provider. Only the provider reads their file. */
export interface ProviderKeys {
  jwks: { keys: JWK[] };
  /** Keys that sign the provider's cookies. */
  cookies: string[];
}

/** New keys: ES256 signs the ID tokens; RS256 is mandatory for OIDC providers. */
export function newProviderKeys(): ProviderKeys {
  return {
    jwks: {
      keys: [
        jwk(generateKeyPairSync('ec', { namedCurve: 'P-256' }), 'ES256'),
        jwk(generateKeyPairSync('rsa', { modulusLength: 2048 }), 'RS256'),
      ],
    },
    cookies: [randomBytes(32).toString('base64url')],
  };
}

function jwk({ privateKey }: { privateKey: import('node:crypto').KeyObject }, alg: string): JWK {
  return { ...privateKey.export({ format: 'jwk' }), alg, use: 'sig', kid: randomBytes(8).toString('hex') } as JWK;
}

/** Checks the content of a key file, except for what the provider checks. */
export function parseProviderKeys(value: unknown): ProviderKeys {
  const keys = value as Partial<ProviderKeys>;
  if (!Array.isArray(keys.jwks?.keys) || !Array.isArray(keys.cookies)) throw new TypeError('not provider keys');
  return keys as ProviderKeys;
}
