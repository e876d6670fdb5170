import { z } from 'zod';
import { digestSchema, type Digest } from '../../lib/digest.ts';
import { canonicalJson } from '../../lib/json/json.ts';
import { nonceOf, decisionTokenSchema, reasonSchema, type Person, type TokenPurpose } from './decision-token.ts';
import type { Refusal } from './sign-in.ts';
import { givenParametersSchema, requestClientId, type GivenParameters } from './request.ts';

/**
 * One person changes parameters of a plan. `dossier` is the digest of the dossier that contains the plan. After the
 * gateway has admitted the edit, the gateway admits no decision on this dossier and does not execute this dossier.
 * Airlock then makes a new plan, which needs a new dossier.
 */
export const editSchema = z.strictObject({
  dossier: digestSchema,
  parameters: givenParametersSchema.refine((given) => Object.keys(given).length > 0, 'expected at least one parameter'),
  reason: reasonSchema,
  token: decisionTokenSchema,
});
export type Edit = z.infer<typeof editSchema>;

/**
 * Returns the audience and nonce that the token of an edit must have. The nonce is base64url(sha256(canonical JSON of
 * ['airlock-edit/1', dossier, parameters, reason])).
 */
export function purposeOfEdit({ dossier, parameters, reason }: Omit<Edit, 'token'>): TokenPurpose {
  const nonce = nonceOf(canonicalJson(['airlock-edit/1', dossier, parameters, reason]));
  return { clientId: requestClientId, nonce, boundTo: 'dossier, parameters or reason' };
}

/** An edit that the gateway admitted. The person who edited becomes a requester of the next dossier. */
export interface AdmittedEdit extends Person {
  dossier: Digest;
  parameters: GivenParameters;
  reason: string;
  /** ISO 8601. */
  admittedAt: string;
}

/** The gateway's answer to an edit. A refused edit does not count. */
export type EditAnswer = { admitted: AdmittedEdit } | Refusal;

/** An edit of a dossier of an incident. */
export interface IncidentEdit {
  /** Id of the incident. */
  incident: string;
  /** Trace id of the incident. */
  trace: string;
  edit: Edit;
}
