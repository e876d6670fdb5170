import { z } from 'zod';
import { digestSchema, type Digest } from '../../lib/digest.ts';
import { nonceOf, decisionTokenSchema, reasonSchema, type TokenPurpose } from './decision-token.ts';

/** The id of the OIDC client for decisions. ID tokens for this client are valid for nothing else. */
export const decisionClientId = 'airlock-decision';

/** The two kinds of decisions. These verbs are not RBAC verbs. */
const verbSchema = z.enum(['approve', 'deny']);
export type Verb = z.infer<typeof verbSchema>;

/**
 * The decision of one person to approve or deny one dossier. `dossier` is the digest of the dossier. The nonce of
 * `token` must be the `decisionNonce` of this decision. The schema does not check this.
 */
export const decisionSchema = z.strictObject({
  dossier: digestSchema,
  verb: verbSchema,
  reason: reasonSchema,
  token: decisionTokenSchema,
});
export type Decision = z.infer<typeof decisionSchema>;

/**
 * Returns the nonce that binds a token to one decision: base64url(sha256(JSON of ['airlock-decision/1', dossier, verb,
 * reason])).
 */
export function decisionNonce(dossier: Digest, verb: Verb, reason: string): string {
  return nonceOf(JSON.stringify(['airlock-decision/1', dossier, verb, reason]));
}

/** Returns the audience and nonce that the token of a decision must have. */
export function purposeOfDecision({ dossier, verb, reason }: Omit<Decision, 'token'>): TokenPurpose {
  const nonce = decisionNonce(dossier, verb, reason);
  return { clientId: decisionClientId, nonce, boundTo: 'dossier, verb or reason' };
}

/**
 * A decision that the gateway admitted: the gateway verified the token and archived the decision. `issuer`, `subject`
 * and `groups` are from the token. `issuer` and `subject` identify the person.
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

/** The gateway's answer to a decision. `refused` is the reason why the decision does not count. */
export type DecisionAnswer = { admitted: AdmittedDecision } | { refused: string };

/** A decision on a dossier of an incident. */
export interface IncidentDecision {
  /** Id of the incident. */
  incident: string;
  /** Trace id of the incident. */
  trace: string;
  decision: Decision;
}
