import { z } from 'zod';
import { digestSchema } from '../../lib/digest.ts';
import { sameJson } from '../../lib/json/json.ts';
import { decisionSchema, type Decision } from './decision.ts';
import type { Dossier } from './dossier.ts';
import type { Edit } from './edit.ts';
import { nameOfRequestedChange, type GivenParameters, type Request } from './request.ts';

const text = z.string().max(4000);
/** The parameters that a person gives, such as `to=6`. Neither names nor values contain a space. */
const change = text;

const decisionDetail = z.strictObject({
  type: z.literal('airlock_decision'),
  cluster: text,
  /** The summary of the plan. */
  summary: text,
  verb: decisionSchema.shape.verb,
  dossier: digestSchema,
});
const editDetail = z.strictObject({
  type: z.literal('airlock_edit'),
  cluster: text,
  summary: text,
  change,
  dossier: digestSchema,
});
/** `change`: the playbook with its parameters, or `undo of inc-...`. */
const requestDetail = z.strictObject({ type: z.literal('airlock_request'), cluster: text, change });
const detailSchemas = [decisionDetail, editDetail, requestDetail] as const;

/**
 * What a sign-in is for, in the form of RFC 9396 (`authorization_details`). A command sends the details to the identity
 * provider. A provider that knows the type shows them on its login page, and puts what it showed into the ID token.
 */
const authorizationDetailSchema = z.discriminatedUnion('type', detailSchemas);
export type AuthorizationDetail = z.infer<typeof authorizationDetailSchema>;

/** The details of one sign-in. A list of decisions has one entry for each decision. */
export const authorizationDetailsSchema = z.array(authorizationDetailSchema).min(1).max(50);

/** The types of details that a provider must know. */
export const authorizationDetailTypes = detailSchemas.map(({ shape }) => shape.type.value);

/** Returns what the sign-in for a decision is for. `dossier` must be the dossier with the digest of the decision. */
export function detailOfDecision(
  { verb, dossier }: Pick<Decision, 'verb' | 'dossier'>,
  { plan }: Pick<Dossier, 'plan'>,
): AuthorizationDetail {
  return { type: 'airlock_decision', cluster: plan.cluster, summary: plan.summary, verb, dossier };
}

/** Returns what the sign-in for an edit is for. `dossier` must be the dossier with the digest of the edit. */
export function detailOfEdit(
  { dossier, parameters }: Pick<Edit, 'dossier' | 'parameters'>,
  { plan }: Pick<Dossier, 'plan'>,
): AuthorizationDetail {
  const { cluster, summary } = plan;
  return { type: 'airlock_edit', cluster, summary, change: assignmentsOf(parameters).join(' '), dossier };
}

/** Returns what the sign-in for a request is for. */
export function detailOfRequest({ cluster, requested }: Pick<Request, 'cluster' | 'requested'>): AuthorizationDetail {
  const parameters = requested.kind === 'playbook' ? requested.parameters : {};
  const requestedChange = [nameOfRequestedChange(requested), ...assignmentsOf(parameters)].join(' ');
  return { type: 'airlock_request', cluster, change: requestedChange };
}

/** Sorted, because the order of parameters has no meaning and can differ between the person and the gateway. */
function assignmentsOf(parameters: GivenParameters): string[] {
  return Object.entries(parameters)
    .map(([name, value]) => `${name}=${value}`)
    .sort();
}

/** Whether a token must say what the provider showed. */
export type DetailsTerms = 'required' | 'optional';

/**
 * Compares what the provider showed (the claim `authorization_details` of a token) with what the token is for. In a
 * list of decisions, this checks the entries of the dossier. Every other sign-in has exactly one entry.
 * @returns the reason to refuse the token; undefined if the token is accepted.
 */
export function checkDetails(expected: AuthorizationDetail, shown: unknown, terms: DetailsTerms): string | undefined {
  if (shown === undefined) {
    return terms === 'required'
      ? 'the token does not say what the identity provider showed at the sign-in (claim authorization_details): sign in with an airlock command, at a provider that shows and returns the details'
      : undefined;
  }
  const entries: unknown[] = Array.isArray(shown) ? shown : [];
  const own =
    expected.type === 'airlock_decision' ? entries.filter((each) => isAbout(each, expected.dossier)) : entries;
  if (own.length > 0 && own.every((each) => sameJson(each, expected))) return undefined;
  return 'the identity provider showed something else at the sign-in (claim authorization_details): somebody may have changed the sign-in address; read the dossier again, and sign in only with an address that your own command printed';
}

function isAbout(entry: unknown, dossier: string): boolean {
  return typeof entry === 'object' && entry !== null && 'dossier' in entry && entry.dossier === dossier;
}
