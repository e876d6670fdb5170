import { z } from 'zod';
import { digestSchema, type Digest } from '../../lib/digest.ts';
import { nonceOf, proofSchema, reasonSchema, type ProofOf } from './decision-token.ts';

/** OIDC client whose ID tokens are decisions and nothing else. */
export const decisionClientId = 'airlock-decision';

export const verbSchema = z.enum(['approve', 'deny']);
export type Verb = z.infer<typeof verbSchema>;

/** Approve or deny of one dossier digest by one person, with the ID token that their provider issued for it alone. */
export const decisionSchema = z.strictObject({
  dossier: digestSchema,
  verb: verbSchema,
  reason: reasonSchema,
  proof: proofSchema,
});
export type Decision = z.infer<typeof decisionSchema>;

/** base64url(sha256(JSON of ['airlock-decision/1', dossier, verb, reason])): ties a sign-in to one decision. */
export function decisionNonce(dossier: Digest, verb: Verb, reason: string): string {
  return nonceOf(JSON.stringify(['airlock-decision/1', dossier, verb, reason]));
}

/** What the proof of a decision has to be for. */
export function proofOfDecision({ dossier, verb, reason }: Omit<Decision, 'proof'>): ProofOf {
  const nonce = decisionNonce(dossier, verb, reason);
  return { clientId: decisionClientId, nonce, about: 'dossier, verb or reason' };
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
