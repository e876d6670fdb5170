import { z } from 'zod';
import { digestSchema, type Digest } from '../../lib/digest.ts';
import { nonceOf, decisionTokenSchema, reasonSchema, type TokenPurpose } from './decision-token.ts';

/** The OIDC client for decisions. Its ID tokens are valid for nothing else. */
export const decisionClientId = 'airlock-decision';

/** What a decision does. These verbs are not RBAC verbs. */
const verbSchema = z.enum(['approve', 'deny']);
export type Verb = z.infer<typeof verbSchema>;

/**
 * One person approves or denies one dossier (dossier.ts). The identity provider has issued the token only for this
 * decision.
 */
export const decisionSchema = z.strictObject({
  dossier: digestSchema,
  verb: verbSchema,
  reason: reasonSchema,
  token: decisionTokenSchema,
});
export type Decision = z.infer<typeof decisionSchema>;

/**
 * The nonce that binds a sign-in to one decision: base64url(sha256(JSON of ['airlock-decision/1', dossier, verb,
 * reason])).
 */
export function decisionNonce(dossier: Digest, verb: Verb, reason: string): string {
  return nonceOf(JSON.stringify(['airlock-decision/1', dossier, verb, reason]));
}

/** The purpose of a decision's token. */
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

/** The gateway's answer to a decision. The same decision gets the same answer when it is sent again. */
export type DecisionAnswer = { admitted: AdmittedDecision } | { refused: string };

/** A decision, addressed to an incident. */
export interface DecisionInput {
  incident: string;
  trace: string;
  decision: Decision;
}
