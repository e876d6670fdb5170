import { z } from 'zod';
import { digestSchema, type Digest } from '../../lib/digest.ts';
import { canonicalJson } from '../../lib/json/json.ts';
import { nonceOf, decisionTokenSchema, reasonSchema, type Person, type TokenPurpose } from './decision-token.ts';
import { givenParametersSchema, requestClientId, type GivenParameters } from './request.ts';

/**
 * One person changes parameters of the plan in a dossier. If the gateway admits the edit, nobody can approve or execute
 * this dossier any more. Airlock makes a new plan and a new dossier.
 */
export const editSchema = z.strictObject({
  dossier: digestSchema,
  parameters: givenParametersSchema.refine((given) => Object.keys(given).length > 0, 'expected at least one parameter'),
  reason: reasonSchema,
  token: decisionTokenSchema,
});
export type Edit = z.infer<typeof editSchema>;

/**
 * Returns the purpose of an edit's token. The nonce is base64url(sha256(canonical JSON of
 * ['airlock-edit/1', dossier, parameters, reason])).
 */
export function purposeOfEdit({ dossier, parameters, reason }: Omit<Edit, 'token'>): TokenPurpose {
  const nonce = nonceOf(canonicalJson(['airlock-edit/1', dossier, parameters, reason]));
  return { clientId: requestClientId, nonce, boundTo: 'dossier, parameters or reason' };
}

/** An edit that the gateway admitted. The editor (issuer and subject) becomes a requester of the next dossier. */
export interface AdmittedEdit extends Person {
  dossier: Digest;
  parameters: GivenParameters;
  reason: string;
  /** ISO 8601. */
  admittedAt: string;
}

/** The gateway's answer to an edit. */
export type EditAnswer = { admitted: AdmittedEdit } | { refused: string };

/** An edit, addressed to an incident. */
export interface EditInput {
  incident: string;
  trace: string;
  edit: Edit;
}
