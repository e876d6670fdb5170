import { generateKeyPairSync, randomBytes } from 'node:crypto';
import type { JWK } from 'oidc-provider';

/** What the provider signs with. Nobody but the provider reads the file that holds it. */
export interface ProviderKeys {
  jwks: { keys: JWK[] };
  /** Signs the provider's cookies. */
  cookies: string[];
}

/** Fresh keys: ES256, with which ID tokens are signed, and RS256, which every OIDC client must know. */
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

/** Checks what a key file holds, as far as the provider does not do so itself. */
export function parseProviderKeys(value: unknown): ProviderKeys {
  const keys = value as Partial<ProviderKeys>;
  if (!Array.isArray(keys.jwks?.keys) || !Array.isArray(keys.cookies)) throw new TypeError('not provider keys');
  return keys as ProviderKeys;
}
