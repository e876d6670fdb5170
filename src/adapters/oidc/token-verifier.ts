import {
  createRemoteJWKSet,
  errors,
  exportJWK,
  importJWK,
  compactVerify,
  type JWK,
  type CryptoKey,
  type CompactJWSHeaderParameters,
  type FlattenedJWSInput,
} from 'jose';
import type { Json } from '../../lib/json/json.ts';
import type { TokenVerifier } from '../../execution/ports.ts';
import { discoverKeysAddress, issuerUnavailable, type Issuer } from './discover.ts';

/**
 * Accepted signature algorithms, all asymmetric. A token with the algorithm `none` has no signature. With HMAC, a
 * forger could use the issuer's public key as the secret (RFC 8725, sections 2.1 and 3.1).
 */
const algorithms = ['RS256', 'ES256', 'EdDSA'];

/**
 * After a fetch of the keys, an unknown key id causes no further fetch for this time. Without this limit, forged tokens
 * could cause many fetches.
 */
const keysFetchCooldownMs = 10_000;
const keysFetchDeadlineMs = 5_000;

/** Finds the public key with which a token must be verified. */
type KeySource = (header: CompactJWSHeaderParameters, token: FlattenedJWSInput) => Promise<CryptoKey>;

/** Verifies ID tokens of one issuer with the keys from its `jwks_uri`. */
export function createTokenVerifier(issuer: Issuer): TokenVerifier {
  let keySource: Promise<KeySource> | undefined;
  const discoveredKeys = (): Promise<KeySource> => {
    // A failed discovery is not kept. The next token causes a new discovery.
    keySource ??= discoverKeys(issuer).catch((error: unknown) => {
      keySource = undefined;
      throw error;
    });
    return keySource;
  };
  return {
    async verify(token) {
      const source = await discoveredKeys();
      try {
        const { key, payload, protectedHeader } = await compactVerify(token, source, { algorithms });
        const refused = typeProblem(protectedHeader.typ);
        if (refused) return { refused };
        const publicKey: JWK = { ...(await exportJWK(key)), alg: protectedHeader.alg };
        return { claims: claimsOf(payload), key: { ...publicKey } as Json };
      } catch (error) {
        return refusalOf(error);
      }
    },
    async verifyArchived(token, key) {
      try {
        const jwk = key as JWK;
        const { payload } = await compactVerify(token, await importJWK(jwk, jwk.alg), { algorithms });
        return { claims: claimsOf(payload) };
      } catch (error) {
        return refusalOf(error);
      }
    },
  };
}

async function discoverKeys(issuer: Issuer): Promise<KeySource> {
  const timing = { cooldownDuration: keysFetchCooldownMs, timeoutDuration: keysFetchDeadlineMs };
  return createRemoteJWKSet(await discoverKeysAddress(issuer), timing);
}

/**
 * Returns why a token of this type is refused, or undefined for the type of an ID token. An ID token has the type `JWT`
 * or no type. A JWT access token has the type `at+jwt` (RFC 9068, section 2.1).
 */
function typeProblem(typ: string | undefined): string | undefined {
  return typ === undefined || typ.toUpperCase() === 'JWT' ? undefined : 'the token is not an ID token';
}

/** Parses the claims from the bytes whose signature was verified. */
function claimsOf(payload: Uint8Array): unknown {
  return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
}

/** Errors after which the token is refused. */
const tokenErrors = [
  errors.JOSEAlgNotAllowed,
  errors.JOSENotSupported,
  errors.JWKSNoMatchingKey,
  errors.JWKSMultipleMatchingKeys,
  errors.JWSInvalid,
  errors.JWSSignatureVerificationFailed,
  SyntaxError,
];

/**
 * Returns why the token is refused. The text contains no part of the token. Throws `issuer-unavailable` for every error
 * that is not about the token, for example if the issuer's keys cannot be read.
 */
function refusalOf(error: unknown): { refused: string } {
  if (error instanceof errors.JWKSNoMatchingKey)
    return { refused: 'the issuer publishes no key that matches the token' };
  if (tokenErrors.some((kind) => error instanceof kind))
    return { refused: 'the token is malformed, or its signature cannot be verified' };
  throw issuerUnavailable(error instanceof Error ? error.message : String(error));
}
