import { z } from 'zod';
import { incidentIdSchema, type Incident } from '../incident/incident.ts';
import { canonicalJson } from '../../lib/json/json.ts';
import { clusterNameSchema, kubernetesNameSchema, type ObjectRef } from '../kubernetes/object.ts';
import { incidentId } from '../names.ts';
import {
  nonceOf,
  decisionTokenSchema,
  reasonSchema,
  type Person,
  type TokenClaims,
  type TokenPurpose,
} from './decision-token.ts';
import { signInId, type Refusal } from './sign-in.ts';

/** The id of the OIDC client for requests and edits. ID tokens for this client are valid for nothing else. */
export const requestClientId = 'airlock-request';

const parameterName = z.string().regex(/^[a-z][A-Za-z0-9]{0,39}$/, 'expected a word such as replicas');
const parameterText = z
  .string()
  .min(1)
  .max(253)
  .regex(/^[\x21-\x7e]*$/, 'expected printable ASCII without spaces');

/** The parameters in a request, edit or schedule. The schema of the action restricts the values further. */
export const givenParametersSchema = z
  .record(parameterName, z.union([parameterText, z.int()], 'expected a text or an integer'))
  .refine((given) => Object.keys(given).length <= 20, 'expected 20 parameters at most');
export type GivenParameters = z.infer<typeof givenParametersSchema>;

/** The change that a person requests: a playbook with parameters, or the undo of the plan that an incident executed. */
const requestedChangeSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('playbook'),
    playbook: z.string().regex(/^[a-z][-a-z0-9]{0,58}[a-z0-9]$/, 'expected the name of a playbook'),
    parameters: givenParametersSchema,
  }),
  z.strictObject({ kind: z.literal('undo'), incident: incidentIdSchema }),
]);
export type RequestedChange = z.infer<typeof requestedChangeSchema>;

/** A person's request (not an HTTP request) for a change in one cluster. `reason` says why. */
export const requestSchema = z.strictObject({
  cluster: clusterNameSchema,
  requested: requestedChangeSchema,
  reason: reasonSchema,
});
export type Request = z.infer<typeof requestSchema>;

/** A request with its decision token. The schema does not check that the token is for this request. */
export const submittedRequestSchema = requestSchema.extend({ token: decisionTokenSchema });
export type SubmittedRequest = z.infer<typeof submittedRequestSchema>;

/**
 * Returns the audience and nonce that the token of a request must have. The nonce is base64url(sha256(canonical JSON of
 * ['airlock-request/1', { cluster, requested, reason }])).
 */
export function purposeOfRequest({ cluster, requested, reason }: Request): TokenPurpose {
  const nonce = nonceOf(canonicalJson(['airlock-request/1', { cluster, requested, reason }]));
  return { clientId: requestClientId, nonce, boundTo: 'cluster, requested change or reason' };
}

/**
 * Returns the group key of a request. For alerts, a group key identifies the alert group. For a request, the group key
 * identifies the sign-in and the nonce. So a request opens only one incident, although the provider may issue several
 * tokens for its nonce after one sign-in.
 * @param claims the claims of the request's token.
 */
export function groupKeyOfRequest(claims: TokenClaims): string {
  return canonicalJson(['person', signInId(claims), claims.nonce]);
}

/**
 * Returns the id and start of the incident that a request opens. The start is the time of the sign-in, in whole
 * seconds. Every process computes the same id and start, because they depend only on the cluster and the token.
 * @param claims the claims of the request's token.
 */
export function incidentOfRequest(cluster: string, claims: TokenClaims): Pick<Incident, 'id' | 'startsAt'> {
  const startsAt = new Date(Math.floor(claims.auth_time) * 1000).toISOString();
  return { id: incidentId(cluster, groupKeyOfRequest(claims), startsAt), startsAt };
}

/** Returns the displayed name of a requested change: `undo of inc-...`, or the name of the playbook. */
export function nameOfRequestedChange(requested: RequestedChange): string {
  return requested.kind === 'undo' ? `undo of ${requested.incident}` : requested.playbook;
}

/**
 * For each kind of subject (the object that an incident is about): the parameters with which a request names the
 * subject. A request must contain these parameters even if the action does not have them.
 */
export const subjectParameters = { Deployment: ['namespace', 'deployment'], Node: ['node'] } as const;

/**
 * Returns the object that the parameters name. If `node` is a valid name, this is the node. Otherwise, if `namespace`
 * and `deployment` are valid names, this is the Deployment. Otherwise the result is undefined.
 */
export function subjectInParameters(parameters: GivenParameters): ObjectRef | undefined {
  const name = (key: string): string | undefined => kubernetesNameSchema.safeParse(parameters[key]).data;
  const [node, namespace, deployment] = [name('node'), name('namespace'), name('deployment')];
  if (node) return { apiVersion: 'v1', kind: 'Node', name: node };
  if (!namespace || !deployment) return undefined;
  return { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: deployment };
}

/** A request that the gateway admitted: the person who made the request, and the time of admission. */
interface AdmittedRequest extends Person {
  /** ISO 8601. */
  admittedAt: string;
}

/** The gateway's answer to a request. A refused request does not count. */
export type RequestAnswer = { admitted: AdmittedRequest } | Refusal;

/** A request and the incident that the request opens. */
export interface IncidentRequest {
  incident: Incident;
  request: SubmittedRequest;
}
