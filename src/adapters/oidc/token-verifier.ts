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
import { discoverKeysAddress, issuerUnavailable } from './discover.ts';

/**
 * Asymmetric algorithms only. A token with the algorithm `none` has no signature. With HMAC, a forger could use the
 * issuer's public key as the secret (RFC 8725, sections 2.1 and 3.1).
 */
const algorithms = ['RS256', 'ES256', 'EdDSA'];

/**
 * Shortest time between two fetches of the keys, milliseconds. A token with an unknown key id causes a fetch, so
 * without this limit forged tokens could cause many fetches.
 */
const keysCooldownMs = 10_000;
const keysDeadlineMs = 5_000;

type KeySource = (header: CompactJWSHeaderParameters, token: FlattenedJWSInput) => Promise<CryptoKey>;

/** Verifies ID tokens of one issuer with the keys from its `jwks_uri`. */
export function createTokenVerifier({ issuer }: { issuer: string }): TokenVerifier {
  let keySource: Promise<KeySource> | undefined;
  const keys = (): Promise<KeySource> => {
    // A failed discovery is not kept: the next token causes a new one.
    keySource ??= discover(issuer).catch((error: unknown) => {
      keySource = undefined;
      throw error;
    });
    return keySource;
  };
  return {
    async verify(token) {
      const source = await keys();
      try {
        const { key, payload, protectedHeader } = await compactVerify(token, source, { algorithms });
        const refused = wrongType(protectedHeader.typ);
        if (refused) return { refused };
        const archived: JWK = { ...(await exportJWK(key)), alg: protectedHeader.alg };
        return { claims: claimsOf(payload), key: { ...archived } as Json };
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

async function discover(issuer: string): Promise<KeySource> {
  const timing = { cooldownDuration: keysCooldownMs, timeoutDuration: keysDeadlineMs };
  return createRemoteJWKSet(await discoverKeysAddress(issuer), timing);
}

/**
 * Returns why a token of this type is refused. An ID token has the type `JWT` or no type. A JWT access token has the
 * type `at+jwt` (RFC 9068, section 2.1).
 */
function wrongType(typ: string | undefined): string | undefined {
  return typ === undefined || typ.toUpperCase() === 'JWT' ? undefined : 'the token is not an ID token';
}

/** Parses exactly the bytes whose signature was verified. */
function claimsOf(payload: Uint8Array): unknown {
  return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
}

/** Errors that mean that the token is invalid. */
const refusals = [
  errors.JOSEAlgNotAllowed,
  errors.JOSENotSupported,
  errors.JWKSNoMatchingKey,
  errors.JWKSMultipleMatchingKeys,
  errors.JWSInvalid,
  errors.JWSSignatureVerificationFailed,
  SyntaxError,
];

/**
 * Returns the refusal of an invalid token. The refusal quotes nothing of the token. Throws `issuer-unavailable` for
 * every other error: the issuer's keys could not be read.
 */
function refusalOf(error: unknown): { refused: string } {
  if (error instanceof errors.JWKSNoMatchingKey)
    return { refused: 'the token was signed with a key that its issuer does not publish' };
  if (refusals.some((kind) => error instanceof kind)) return { refused: 'the signature of the token is not valid' };
  throw issuerUnavailable(error instanceof Error ? error.message : String(error));
}
