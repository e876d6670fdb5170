import { z } from 'zod';
import { digestSchema } from '../../lib/digest.ts';
import { nonceOf, decisionTokenSchema, reasonSchema, type TokenPurpose } from './decision-token.ts';
import type { Verdict } from '../policy/verdict.ts';
import type { Refusal } from './sign-in.ts';

/** The id of the OIDC client for decisions. ID tokens for this client are valid for nothing else. */
export const decisionClientId = 'airlock-decision';

/** The two kinds of decisions. These verbs are not RBAC verbs. */
const verbSchema = z.enum(['approve', 'deny']);
export type Verb = z.infer<typeof verbSchema>;

/** One entry of the list that a person saw before the sign-in: what the person decides on one dossier. */
const listedDecisionSchema = z.strictObject({ dossier: digestSchema, verb: verbSchema, reason: reasonSchema });
export type ListedDecision = z.infer<typeof listedDecisionSchema>;

/** Most dossiers that a person can decide on with one sign-in. */
const maxListed = 20;
/**
 * Limit on all reasons of a list, in UTF-16 code units. The journal record of a decision contains the list and the
 * person's groups, and may have 40,960 bytes. The groups are from the token, which has at most 16,384 characters.
 */
const maxReasonsLength = 6_000;

/** The list of decisions that a person makes with one sign-in. */
export const decisionListSchema = z
  .array(listedDecisionSchema)
  .min(1)
  .max(maxListed, `decide on at most ${maxListed} dossiers with one sign-in`)
  .refine(hasDistinctDossiers, 'expected each dossier once')
  .refine(
    (list) => list.reduce((sum, { reason }) => sum + reason.length, 0) <= maxReasonsLength,
    `the reasons have more than ${maxReasonsLength} characters together: decide on fewer dossiers, or give shorter reasons`,
  );

const notListed = {
  path: ['list'],
  error: 'expected the dossier, verb and reason of this decision in the list',
};

/**
 * The decision of one person to approve or deny one dossier. `dossier` is the digest of the dossier. `list` contains
 * every decision that the person made with the same sign-in, with this one. The nonce of `token` must be the
 * `decisionNonce` of the list. The schema does not check the nonce.
 */
export const decisionSchema = listedDecisionSchema
  .extend({ list: decisionListSchema, token: decisionTokenSchema })
  .refine(isListed, notListed);

/** A decision without its token. The gateway archives this content beside the token. */
export const decisionContentSchema = listedDecisionSchema
  .extend({ list: decisionListSchema })
  .refine(isListed, notListed);
export type Decision = z.infer<typeof decisionSchema>;

function hasDistinctDossiers(list: readonly ListedDecision[]): boolean {
  return new Set(list.map(({ dossier }) => dossier)).size === list.length;
}

/**
 * Returns the nonce that binds a token to a list of decisions: base64url(sha256(JSON of ['airlock-decision/2',
 * [[dossier, verb, reason], ...]])).
 */
export function decisionNonce(list: readonly ListedDecision[]): string {
  const entries = list.map(({ dossier, verb, reason }) => [dossier, verb, reason]);
  return nonceOf(JSON.stringify(['airlock-decision/2', entries]));
}

/** Returns the audience and nonce that the token of a decision must have. */
export function purposeOfDecision({ list }: Pick<Decision, 'list'>): TokenPurpose {
  return { clientId: decisionClientId, nonce: decisionNonce(list), boundTo: 'list of dossiers, verbs and reasons' };
}

/**
 * Checks that a dossier of tier high has a sign-in of its own.
 * @param verdict the verdict in the dossier. @param list what the person decides with one sign-in.
 * @returns why the decision on the dossier is refused; undefined if the check passes.
 */
export function checkOwnSignIn(verdict: Verdict, list: readonly ListedDecision[]): string | undefined {
  if (!verdict.allowed || verdict.tier !== 'high' || list.length === 1) return undefined;
  return `the dossier is of tier high, and the sign-in is for ${list.length} dossiers: decide on this dossier alone`;
}

/** Returns true if the list of the decision contains the decision itself. */
function isListed({ dossier, verb, reason, list }: ListedDecision & { list: readonly ListedDecision[] }): boolean {
  return list.some((entry) => entry.dossier === dossier && entry.verb === verb && entry.reason === reason);
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

/** The gateway's answer to a decision. A refused decision does not count. */
export type DecisionAnswer = { admitted: AdmittedDecision } | Refusal;

/** A decision on a dossier of an incident. */
export interface IncidentDecision {
  /** Id of the incident. */
  incident: string;
  /** Trace id of the incident. */
  trace: string;
  decision: Decision;
}
