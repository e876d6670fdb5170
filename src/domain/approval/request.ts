import { z } from 'zod';
import { incidentIdSchema, type Incident } from '../incident/incident.ts';
import { canonicalJson } from '../../lib/json.ts';
import { clusterNameSchema, kubernetesNameSchema, type ObjectRef } from '../kubernetes/object.ts';
import { incidentId } from '../names.ts';
import {
  digestOfProof,
  nonceOf,
  proofSchema,
  reasonSchema,
  type Person,
  type ProofClaims,
  type ProofOf,
} from './decision-token.ts';

/** OIDC client whose ID tokens are requests and edits, and nothing else. */
export const requestClientId = 'airlock-request';

const parameterName = z.string().regex(/^[a-z][A-Za-z0-9]{0,39}$/, 'expected a word such as replicas');
const parameterText = z
  .string()
  .min(1)
  .max(253)
  .regex(/^[\x21-\x7e]*$/, 'expected printable ASCII without spaces');

/** Parameters that a person gives. What each may be is said by the action's own schema. */
export const givenParametersSchema = z
  .record(parameterName, z.union([parameterText, z.int()], 'expected a text or an integer'))
  .refine((given) => Object.keys(given).length <= 20, 'expected 20 parameters at most');
export type GivenParameters = z.infer<typeof givenParametersSchema>;

/** What is wanted: one playbook with parameters, or that the finished execution of an incident is taken back. */
export const wantedSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('playbook'),
    playbook: z.string().regex(/^[a-z][-a-z0-9]{0,58}[a-z0-9]$/, 'expected the name of a playbook'),
    parameters: givenParametersSchema,
  }),
  z.strictObject({ kind: z.literal('undo'), incident: incidentIdSchema }),
]);
export type Wanted = z.infer<typeof wantedSchema>;

/** What a person asks for, in one cluster, and why. */
export const requestSchema = z.strictObject({
  cluster: clusterNameSchema,
  wanted: wantedSchema,
  reason: reasonSchema,
});
export type Request = z.infer<typeof requestSchema>;

/** A request with the ID token that the person's provider issued for it alone. */
export const provenRequestSchema = requestSchema.extend({ proof: proofSchema });
export type ProvenRequest = z.infer<typeof provenRequestSchema>;

/** What the proof of a request has to be for: base64url(sha256(canonical JSON of ['airlock-request/1', request])). */
export function proofOfRequest({ cluster, wanted, reason }: Request): ProofOf {
  const nonce = nonceOf(canonicalJson(['airlock-request/1', { cluster, wanted, reason }]));
  return { clientId: requestClientId, nonce, about: 'cluster, wish or reason' };
}

/** Group of the incident that a request opens: each proof has its own, so that the same one sent again finds it. */
export function groupOfRequest({ proof }: Pick<ProvenRequest, 'proof'>): string {
  return canonicalJson(['person', digestOfProof(proof)]);
}

/**
 * The incident that a request opens. Everything in it comes from the proof, so that whoever has verified that knows the
 * incident without being told.
 */
export function incidentOfRequest(
  { cluster, proof }: Pick<ProvenRequest, 'cluster' | 'proof'>,
  { iat }: Pick<ProofClaims, 'iat'>,
): Pick<Incident, 'id' | 'startsAt'> {
  const startsAt = new Date(iat * 1000).toISOString();
  return { id: incidentId(cluster, groupOfRequest({ proof }), startsAt), startsAt };
}

/** What a wish is called where people read of it. */
export function nameOfWish(wanted: Wanted): string {
  return wanted.kind === 'undo' ? `undo of ${wanted.incident}` : wanted.playbook;
}

/** Parameters by which a request names what it is about, whether or not the action has them itself. */
export const subjectParameters = { Deployment: ['namespace', 'deployment'], Node: ['node'] } as const;

/** The object that parameters name; undefined where they name none, or by words that Kubernetes would not accept. */
export function subjectOf(parameters: GivenParameters): ObjectRef | undefined {
  const name = (key: string): string | undefined => kubernetesNameSchema.safeParse(parameters[key]).data;
  const [node, namespace, deployment] = [name('node'), name('namespace'), name('deployment')];
  if (node) return { apiVersion: 'v1', kind: 'Node', name: node };
  if (!namespace || !deployment) return undefined;
  return { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: deployment };
}

/** A request that the gateway admitted. */
export interface AdmittedRequest extends Person {
  /** When, ISO 8601. */
  admittedAt: string;
}
