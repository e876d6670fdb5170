import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { z } from 'zod';
import { toBase64url } from './base64url.ts';
import { digestSchema, type Digest } from './digest.ts';

/** OIDC client whose ID tokens are decisions and nothing else. */
export const decisionClientId = 'airlock-decision';

export const verbSchema = z.enum(['approve', 'deny']);
export type Verb = z.infer<typeof verbSchema>;

/** A reason a person gave: one line of printable text. */
export const reasonSchema = z
  .string()
  .trim()
  .min(3, 'say why, in at least 3 characters')
  .max(500)
  .regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*$/u, 'control and formatting characters are not allowed');

/** Approve or deny of one dossier digest by one person, with the ID token that their provider issued for it alone. */
export const decisionSchema = z.strictObject({
  dossier: digestSchema,
  verb: verbSchema,
  reason: reasonSchema,
  /** Compact JWS. Never logged, never a bearer. */
  proof: z
    .string()
    .max(16_384)
    .regex(/^[\w-]+\.[\w-]+\.[\w-]+$/, 'expected a compact JWS'),
});
export type Decision = z.infer<typeof decisionSchema>;

/** base64url(sha256(JSON of ['airlock-decision/1', dossier, verb, reason])): ties a sign-in to one decision. */
export function decisionNonce(dossier: Digest, verb: Verb, reason: string): string {
  const bytes = sha256(utf8ToBytes(JSON.stringify(['airlock-decision/1', dossier, verb, reason])));
  return toBase64url(bytes);
}

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

/** What a proof is judged against. Instants are seconds since the epoch. */
export interface ProofTerms {
  issuer: string;
  now: number;
  /** Longest time between sign-in and arrival, seconds. */
  maxSignInAge: number;
}

const clockSkewSeconds = 30;

/**
 * Whether the claims of a proof make it a proof of this decision, at the moment it arrives (OpenID Connect Core 1.0,
 * section 3.1.3.7). The signature is not this function's business.
 * @returns the first reason why not, or undefined.
 */
export function proofRefusal(decision: Decision, claims: ProofClaims, terms: ProofTerms): string | undefined {
  if (claims.iss !== terms.issuer) return 'the proof is of another issuer';
  const audience = Array.isArray(claims.aud) ? claims.aud[0] : claims.aud;
  if (audience !== decisionClientId) return `the proof is for another audience than ${decisionClientId}`;
  if (claims.nonce !== decisionNonce(decision.dossier, decision.verb, decision.reason)) {
    return 'the proof is for another dossier, verb or reason';
  }
  if (claims.iat > terms.now + clockSkewSeconds) return 'the proof was issued in the future';
  if (claims.exp + clockSkewSeconds <= terms.now) return 'the proof has expired: decide again';
  if (terms.now - claims.auth_time > terms.maxSignInAge) return 'the sign-in is too old: sign in again';
  return undefined;
}

/** An admitted decision: who, what, when. Identity is issuer + subject; groups are the proof's. */
export const admittedDecisionSchema = z.strictObject({
  dossier: digestSchema,
  verb: verbSchema,
  reason: z.string(),
  issuer: z.string(),
  subject: z.string(),
  groups: z.array(z.string()),
  /** When the gateway admitted it, ISO 8601. */
  admittedAt: z.iso.datetime(),
});
export type AdmittedDecision = z.infer<typeof admittedDecisionSchema>;
