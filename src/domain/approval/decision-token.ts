import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { z } from 'zod';
import { toBase64url } from '../../lib/base64.ts';
import { digestOf, type Digest } from '../../lib/digest.ts';

// Base64url without padding, not empty. The unused bits of the last character must be zero (RFC 4648, section 3.5).
// Otherwise one token could be spelled in several ways, and each spelling would have its own digest.
const canonicalBase64url = String.raw`(?=[\w-])(?:[\w-]{4})*(?:[\w-][AQgw]|[\w-]{2}[AEIMQUYcgkosw048])?`;

/**
 * A decision token: an OIDC ID token in the form of a compact JWS. Its nonce binds the token to one decision, edit or
 * request. Airlock logs no decision token, and accepts none as a bearer token.
 */
export const decisionTokenSchema = z
  .string()
  .max(16_384)
  .regex(
    new RegExp(`^${[canonicalBase64url, canonicalBase64url, canonicalBase64url].join(String.raw`\.`)}$`),
    'expected a compact JWS',
  );

/**
 * Returns the digest of a token's header and claims. The digest identifies the token. The signature is not part of the
 * digest: anyone can turn a valid ECDSA signature (r, s) into the valid signature (r, n - s). If the signature were
 * part of the digest, one token would count as two tokens.
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
  .regex(
    /^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*$/u,
    'control characters, formatting characters and line separators are not allowed',
  );

/** Returns the nonce that binds a token to a text: base64url(sha256(text)). */
export function nonceOf(text: string): string {
  return toBase64url(sha256(utf8ToBytes(text)));
}

/** The identity of a person. Two people can have the same OIDC subject if their issuers differ. */
export const personSchema = z.strictObject({ issuer: z.string(), subject: z.string() });
export type Person = z.infer<typeof personSchema>;

/** A NumericDate (RFC 7519, section 2): seconds since the epoch, with or without a fraction, at most in the year 9999. */
const numericDate = z.number().min(0).max(253_402_300_799);

/**
 * The claim `groups` as providers write it: a list, or a text for one group. Without a group, some providers write null,
 * and others leave out the claim.
 */
const groupsSchema = z
  .union([z.array(z.string()), z.string().transform((group) => [group])])
  .nullish()
  .transform((groups) => groups ?? []);

/** The claims that Airlock reads from a decision token. The schema does not verify the signature of the token. */
export const tokenClaimsSchema = z.object({
  iss: z.string(),
  sub: z.string(),
  aud: z.union([z.string(), z.array(z.string())]),
  /** The client for which the issuer made the token. */
  azp: z.string().optional(),
  nonce: z.string(),
  iat: numericDate,
  nbf: numericDate.optional(),
  exp: numericDate,
  auth_time: numericDate,
  /** The session of the person's browser at the provider. Not every provider sends this claim. */
  sid: z.string().optional(),
  groups: groupsSchema,
  /** How the person signed in (OpenID Connect Core 1.0, section 2). A malformed claim says nothing, like an absent one. */
  acr: z.string().optional().catch(undefined),
  amr: z.array(z.string()).optional().catch(undefined),
  /** What the provider showed to the person, in the form of RFC 9396. `checkDetails` checks the value. */
  authorization_details: z.unknown().optional(),
});
export type TokenClaims = z.infer<typeof tokenClaimsSchema>;

/** The audience and nonce that a token must have. */
export interface TokenPurpose {
  /** The audience of the token: the id of an OIDC client. */
  clientId: string;
  nonce: string;
  /** For error messages: what the nonce is computed from, such as `dossier, verb or reason`. */
  boundTo: string;
}

/** The conditions that a sign-in must meet. */
export interface SignInTerms {
  /** The only OIDC issuer whose tokens are accepted. */
  issuer: string;
  /** Longest time from the sign-in (`auth_time`) to the arrival of the token, in seconds. */
  maxSignInAge: number;
}

/** The conditions that the claims of a token must meet at the time `now`. */
export interface TokenTerms extends SignInTerms {
  /** The time at which the token arrived, seconds since the epoch. */
  now: number;
}

/** Tolerated difference between the clocks of Airlock and the issuer. */
export const clockSkewSeconds = 30;

/**
 * Checks the claims of a token (OpenID Connect Core 1.0, section 3.1.3.7). Does not verify the signature.
 * @returns the first reason to refuse the token; undefined if the token is accepted.
 */
export function checkTokenClaims(purpose: TokenPurpose, claims: TokenClaims, terms: TokenTerms): string | undefined {
  if (claims.iss !== terms.issuer) return `the token is from another issuer than ${terms.issuer}`;
  const wrongRecipient = checkRecipient(purpose.clientId, claims);
  if (wrongRecipient) return wrongRecipient;
  if (claims.nonce !== purpose.nonce) return `the token is for another ${purpose.boundTo}`;
  return checkTimes(claims, terms);
}

/** A token may have several audiences only if `azp` says for which client the issuer made the token. */
function checkRecipient(clientId: string, { aud, azp }: Pick<TokenClaims, 'aud' | 'azp'>): string | undefined {
  const audiences = [aud].flat();
  if (!audiences.includes(clientId)) return `the token is for another audience than ${clientId}`;
  if (azp === undefined && audiences.length > 1) return 'the token has several audiences, but no claim azp';
  if (azp !== undefined && azp !== clientId) return `the token was issued for another client (azp) than ${clientId}`;
  return undefined;
}

function checkTimes({ iat, nbf, exp, auth_time: signedInAt }: TokenClaims, terms: TokenTerms): string | undefined {
  const latest = terms.now + clockSkewSeconds;
  const compareClocks = 'compare the clocks of Airlock and the issuer';
  if (iat > latest) return `the token was issued in the future: ${compareClocks}`;
  if (nbf !== undefined && nbf > latest) return `the token is not valid yet (nbf): ${compareClocks}`;
  if (signedInAt > latest) return `the sign-in is in the future (auth_time): ${compareClocks}`;
  if (exp + clockSkewSeconds <= terms.now) return 'the token has expired: sign in again';
  if (terms.now - signedInAt > terms.maxSignInAge) return 'the sign-in is too old: sign in again';
  return undefined;
}
