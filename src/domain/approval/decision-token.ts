import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { z } from 'zod';
import { toBase64url } from '../../lib/base64url.ts';
import { digestOf, type Digest } from '../../lib/digest.ts';

// Unused bits of the last digit are zero: else one token could be written in many ways (RFC 4648, section 3.5).
const canonicalBase64url = String.raw`(?=[\w-])(?:[\w-]{4})*(?:[\w-][AQgw]|[\w-]{2}[AEIMQUYcgkosw048])?`;

/**
 * An ID token that a person's provider issued for one thing alone: a compact JWS. Never logged, never a bearer. Written
 * in the one canonical way.
 */
export const proofSchema = z
  .string()
  .max(16_384)
  .regex(
    new RegExp(`^${[canonicalBase64url, canonicalBase64url, canonicalBase64url].join(String.raw`\.`)}$`),
    'expected a compact JWS',
  );

/**
 * What makes a proof this one: the digest of what was signed, header and claims. Not of its signature, which whoever has
 * one can write in another way that verifies too (of ECDSA's r and s, also r and n - s).
 */
export function digestOfProof(proof: string): Digest {
  return digestOf(proof.slice(0, proof.lastIndexOf('.')));
}

/** A reason a person gave: one line of printable text. */
export const reasonSchema = z
  .string()
  .trim()
  .min(3, 'say why, in at least 3 characters')
  .max(500)
  .regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*$/u, 'control and formatting characters are not allowed');

/** base64url(sha256(text)): ties a sign-in to one text. */
export function nonceOf(text: string): string {
  return toBase64url(sha256(utf8ToBytes(text)));
}

/** Who somebody is: the subject's name alone is nobody, without the issuer that gave it. */
export const personSchema = z.strictObject({ issuer: z.string(), subject: z.string() });
export type Person = z.infer<typeof personSchema>;

/** The claims of a proof that decide, after its signature was verified. */
export const proofClaimsSchema = z.object({
  iss: z.string(),
  sub: z.string(),
  aud: z.union([z.string(), z.array(z.string()).length(1)]),
  nonce: z.string(),
  iat: z.int(),
  exp: z.int(),
  auth_time: z.int(),
  groups: z.array(z.string()),
});
export type ProofClaims = z.infer<typeof proofClaimsSchema>;

/** What a proof has to be for. */
export interface ProofOf {
  /** OIDC client that it must have been issued to. */
  clientId: string;
  nonce: string;
  /** What the nonce stands for, such as `dossier, verb or reason`. */
  about: string;
}

/** What a proof is judged against. Instants are seconds since the epoch. */
export interface ProofTerms {
  issuer: string;
  now: number;
  /** Longest time between sign-in and arrival, seconds. */
  maxSignInAge: number;
}

const clockSkewSeconds = 30;

/**
 * Whether the claims of a proof make it a proof of this, at the moment it arrives (OpenID Connect Core 1.0, section
 * 3.1.3.7). The signature is not this function's business.
 * @returns the first reason why not, or undefined.
 */
export function proofRefusal(of: ProofOf, claims: ProofClaims, terms: ProofTerms): string | undefined {
  if (claims.iss !== terms.issuer) return 'the proof is of another issuer';
  const audience = Array.isArray(claims.aud) ? claims.aud[0] : claims.aud;
  if (audience !== of.clientId) return `the proof is for another audience than ${of.clientId}`;
  if (claims.nonce !== of.nonce) return `the proof is for another ${of.about}`;
  if (claims.iat > terms.now + clockSkewSeconds) return 'the proof was issued in the future';
  if (claims.exp + clockSkewSeconds <= terms.now) return 'the proof has expired: sign in and send it again';
  if (terms.now - claims.auth_time > terms.maxSignInAge) return 'the sign-in is too old: sign in again';
  return undefined;
}
