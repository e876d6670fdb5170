import { z } from 'zod';
import { digestSchema, type Digest } from '../../lib/digest.ts';
import { canonicalJson } from '../../lib/json.ts';
import { nonceOf, proofSchema, reasonSchema, type Person, type ProofOf } from './decision-token.ts';
import { givenParametersSchema, requestClientId, type GivenParameters } from './request.ts';

/** Other parameters for the plan of one dossier, by one person: the dossier is void from then on. */
export const editSchema = z.strictObject({
  dossier: digestSchema,
  parameters: givenParametersSchema.refine((given) => Object.keys(given).length > 0, 'expected at least one parameter'),
  reason: reasonSchema,
  proof: proofSchema,
});
export type Edit = z.infer<typeof editSchema>;

/** What its proof has to be for: base64url(sha256(canonical JSON of ['airlock-edit/1', dossier, parameters, reason])). */
export function proofOfEdit({ dossier, parameters, reason }: Omit<Edit, 'proof'>): ProofOf {
  const nonce = nonceOf(canonicalJson(['airlock-edit/1', dossier, parameters, reason]));
  return { clientId: requestClientId, nonce, about: 'dossier, parameters or reason' };
}

/** An edit that the gateway admitted; its person counts among the requesters of the next dossier. */
export interface AdmittedEdit extends Person {
  dossier: Digest;
  parameters: GivenParameters;
  reason: string;
  /** When, ISO 8601. */
  admittedAt: string;
}
