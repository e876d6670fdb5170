import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { z } from 'zod';
import { toBase64url } from '../../lib/base64.ts';
import { digestOf, type Digest } from '../../lib/digest.ts';

// Base64url without padding. The unused bits of the last digit must be zero. Otherwise one token would have several
// spellings (RFC 4648, section 3.5).
const canonicalBase64url = String.raw`(?=[\w-])(?:[\w-]{4})*(?:[\w-][AQgw]|[\w-]{2}[AEIMQUYcgkosw048])?`;

/**
 * A decision token: an OIDC ID token in the form of a compact JWS. The nonce binds the token to one decision, request
 * or edit. A decision token is never logged and never used as a bearer token.
 */
export const decisionTokenSchema = z
  .string()
  .max(16_384)
  .regex(
    new RegExp(`^${[canonicalBase64url, canonicalBase64url, canonicalBase64url].join(String.raw`\.`)}$`),
    'expected a compact JWS',
  );

/**
 * Returns the digest of a token's header and claims, which identifies the token. Anyone can change a valid ECDSA
 * signature (r, s) into another valid signature (r, n - s). With the signature in the digest, one token would count as
 * two tokens.
 */
export function digestOfToken(token: string): Digest {
  return digestOf(token.slice(0, token.lastIndexOf('.')));
}

/** The reason that a person gives for a decision, request or edit: one line of printable text. */
export const reasonSchema = z
  .string()
  .trim()
  .min(3, 'give a reason of at least 3 characters')
  .max(500)
  .regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*$/u, 'control and formatting characters are not allowed');

/** The nonce that binds a sign-in to one text: base64url(sha256(text)). */
export function nonceOf(text: string): string {
  return toBase64url(sha256(utf8ToBytes(text)));
}

/** The identity of a person. A subject identifies a person only together with its issuer. */
export const personSchema = z.strictObject({ issuer: z.string(), subject: z.string() });
export type Person = z.infer<typeof personSchema>;

/**
 * The claims that Airlock reads from a token. Code may trust the claims only after the token's signature was verified.
 */
export const tokenClaimsSchema = z.object({
  iss: z.string(),
  sub: z.string(),
  aud: z.union([z.string(), z.array(z.string()).length(1)]),
  nonce: z.string(),
  iat: z.int(),
  exp: z.int(),
  auth_time: z.int(),
  groups: z.array(z.string()),
});
export type TokenClaims = z.infer<typeof tokenClaimsSchema>;

/** The audience and nonce that a token must have. */
export interface TokenPurpose {
  /** The audience of the token: an OIDC client. */
  clientId: string;
  nonce: string;
  /** Names of the values from which the nonce is computed, for error messages, such as `dossier, verb or reason`. */
  boundTo: string;
}

/** The conditions that a sign-in must meet. */
export interface SignInTerms {
  /** The only OIDC issuer whose tokens are accepted. */
  issuer: string;
  /** Longest time between a person's sign-in and the arrival of the token, seconds. */
  maxSignInAge: number;
}

/** The conditions that a token's claims must meet at a given time. */
export interface TokenTerms extends SignInTerms {
  /** Seconds since the epoch. */
  now: number;
}

const clockSkewSeconds = 30;

/**
 * Checks the claims of a token at the time `terms.now` (OpenID Connect Core 1.0, section 3.1.3.7). Does not verify the
 * signature.
 * @returns the first reason to refuse the token, or undefined.
 */
export function checkTokenClaims(purpose: TokenPurpose, claims: TokenClaims, terms: TokenTerms): string | undefined {
  if (claims.iss !== terms.issuer) return 'the token is from another issuer';
  const audience = Array.isArray(claims.aud) ? claims.aud[0] : claims.aud;
  if (audience !== purpose.clientId) return `the token is for another audience than ${purpose.clientId}`;
  if (claims.nonce !== purpose.nonce) return `the token is for another ${purpose.boundTo}`;
  if (claims.iat > terms.now + clockSkewSeconds) return 'the token was issued in the future';
  if (claims.exp + clockSkewSeconds <= terms.now) return 'the token has expired: sign in and send it again';
  if (terms.now - claims.auth_time > terms.maxSignInAge) return 'the sign-in is too old: sign in again';
  return undefined;
}
