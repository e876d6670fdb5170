import { z } from 'zod';
import { incidentIdSchema, type Incident } from '../incident/incident.ts';
import { canonicalJson } from '../../lib/json/json.ts';
import { clusterNameSchema, kubernetesNameSchema, type ObjectRef } from '../kubernetes/object.ts';
import { incidentId } from '../names.ts';
import {
  digestOfToken,
  nonceOf,
  decisionTokenSchema,
  reasonSchema,
  type Person,
  type TokenClaims,
  type TokenPurpose,
} from './decision-token.ts';

/** The OIDC client for requests and edits. Its ID tokens are valid for nothing else. */
export const requestClientId = 'airlock-request';

const parameterName = z.string().regex(/^[a-z][A-Za-z0-9]{0,39}$/, 'expected a word such as replicas');
const parameterText = z
  .string()
  .min(1)
  .max(253)
  .regex(/^[\x21-\x7e]*$/, 'expected printable ASCII without spaces');

/** The parameters that a person gives for a plan. The schema of the action restricts their values further. */
export const givenParametersSchema = z
  .record(parameterName, z.union([parameterText, z.int()], 'expected a text or an integer'))
  .refine((given) => Object.keys(given).length <= 20, 'expected 20 parameters at most');
export type GivenParameters = z.infer<typeof givenParametersSchema>;

/** The change that a person requests: one playbook with parameters, or the undo of an incident's finished execution. */
const requestedChangeSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('playbook'),
    playbook: z.string().regex(/^[a-z][-a-z0-9]{0,58}[a-z0-9]$/, 'expected the name of a playbook'),
    parameters: givenParametersSchema,
  }),
  z.strictObject({ kind: z.literal('undo'), incident: incidentIdSchema }),
]);
export type RequestedChange = z.infer<typeof requestedChangeSchema>;

/** A person's request (not an HTTP request) for a change in one cluster, with the person's reason. */
export const requestSchema = z.strictObject({
  cluster: clusterNameSchema,
  requested: requestedChangeSchema,
  reason: reasonSchema,
});
export type Request = z.infer<typeof requestSchema>;

/** A request with its decision token. The identity provider issued the token only for this request. */
export const submittedRequestSchema = requestSchema.extend({ token: decisionTokenSchema });
export type SubmittedRequest = z.infer<typeof submittedRequestSchema>;

/**
 * Returns the purpose of a request's token. The nonce is base64url(sha256(canonical JSON of
 * ['airlock-request/1', request])).
 */
export function purposeOfRequest({ cluster, requested, reason }: Request): TokenPurpose {
  const nonce = nonceOf(canonicalJson(['airlock-request/1', { cluster, requested, reason }]));
  return { clientId: requestClientId, nonce, boundTo: 'cluster, requested change or reason' };
}

/**
 * Returns the key of a request, which is used like the key of an alert group. The key is derived from the token, so a
 * request that is sent again has the same key and opens no second incident.
 */
export function groupOfRequest({ token }: Pick<SubmittedRequest, 'token'>): string {
  return canonicalJson(['person', digestOfToken(token)]);
}

/**
 * Returns id and start of the incident that a request opens. Both depend only on the cluster and the token, so every
 * process computes the same values.
 */
export function incidentOfRequest(
  { cluster, token }: Pick<SubmittedRequest, 'cluster' | 'token'>,
  { iat }: Pick<TokenClaims, 'iat'>,
): Pick<Incident, 'id' | 'startsAt'> {
  const startsAt = new Date(iat * 1000).toISOString();
  return { id: incidentId(cluster, groupOfRequest({ token }), startsAt), startsAt };
}

/** Returns the name of a requested change for people: `undo of inc-...`, or the name of the playbook. */
export function describeRequest(requested: RequestedChange): string {
  return requested.kind === 'undo' ? `undo of ${requested.incident}` : requested.playbook;
}

/**
 * For each kind of subject (the object that an incident is about): the parameters of a request that name the subject.
 * An action may lack such a parameter. Then the parameter serves only to name the subject.
 */
export const subjectParameters = { Deployment: ['namespace', 'deployment'], Node: ['node'] } as const;

/**
 * Returns the object that the parameters name: the node, or else the Deployment. Undefined if neither has a complete
 * name that is valid in Kubernetes.
 */
export function subjectOf(parameters: GivenParameters): ObjectRef | undefined {
  const name = (key: string): string | undefined => kubernetesNameSchema.safeParse(parameters[key]).data;
  const [node, namespace, deployment] = [name('node'), name('namespace'), name('deployment')];
  if (node) return { apiVersion: 'v1', kind: 'Node', name: node };
  if (!namespace || !deployment) return undefined;
  return { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: deployment };
}

/** The person whose request the gateway admitted, and when. */
interface AdmittedRequest extends Person {
  /** ISO 8601. */
  admittedAt: string;
}

/** The gateway's answer to a request. */
export type RequestAnswer = { admitted: AdmittedRequest } | { refused: string };

/** A request and the incident that it opened. */
export interface RequestInput {
  incident: Incident;
  request: SubmittedRequest;
}
