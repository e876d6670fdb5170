import { z } from 'zod';
import { digestSchema, type Digest } from '../../lib/digest.ts';
import { nonceOf, decisionTokenSchema, reasonSchema, type TokenPurpose } from './decision-token.ts';

/** The OIDC client for decisions. Its ID tokens are valid for nothing else. */
export const decisionClientId = 'airlock-decision';

/** The two kinds of decisions. These verbs are not RBAC verbs. */
const verbSchema = z.enum(['approve', 'deny']);
export type Verb = z.infer<typeof verbSchema>;

/**
 * One person approves or denies one dossier. `dossier` is the digest of the dossier. The identity provider issued the
 * token only for this decision.
 */
export const decisionSchema = z.strictObject({
  dossier: digestSchema,
  verb: verbSchema,
  reason: reasonSchema,
  token: decisionTokenSchema,
});
export type Decision = z.infer<typeof decisionSchema>;

/**
 * Returns the nonce that binds a sign-in to one decision: base64url(sha256(JSON of ['airlock-decision/1', dossier,
 * verb, reason])).
 */
export function decisionNonce(dossier: Digest, verb: Verb, reason: string): string {
  return nonceOf(JSON.stringify(['airlock-decision/1', dossier, verb, reason]));
}

/** Returns the audience and nonce that a decision's token must have. */
export function purposeOfDecision({ dossier, verb, reason }: Omit<Decision, 'token'>): TokenPurpose {
  const nonce = decisionNonce(dossier, verb, reason);
  return { clientId: decisionClientId, nonce, boundTo: 'dossier, verb or reason' };
}

/**
 * A decision that the gateway admitted: the gateway verified the token and archived the decision. Issuer and subject
 * identify the person. Issuer, subject and groups come from the token.
 */
export const admittedDecisionSchema = z.strictObject({
  dossier: digestSchema,
  verb: verbSchema,
  reason: z.string(),
  issuer: z.string(),
  subject: z.string(),
  groups: z.array(z.string()),
  /** When the gateway admitted the decision, ISO 8601. */
  admittedAt: z.iso.datetime(),
});
export type AdmittedDecision = z.infer<typeof admittedDecisionSchema>;

/** The gateway's answer to a decision. */
export type DecisionAnswer = { admitted: AdmittedDecision } | { refused: string };

/** A decision, addressed to an incident. */
export interface DecisionInput {
  incident: string;
  trace: string;
  decision: Decision;
}
