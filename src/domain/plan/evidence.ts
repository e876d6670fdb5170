import { z } from 'zod';
import { objectRefSchema, type KubeObject } from '../kubernetes/object.ts';

/** Objects that Airlock read from one source. All texts in the objects are untrusted. */
const observationSchema = z.strictObject({
  /** The source, such as `kubernetes api: Pod`. */
  source: z.string(),
  /** The time of the observation. */
  at: z.iso.datetime(),
  /**
   * Redacted objects. Keyed digests replace values that may be secret, such as values of environment variables.
   * `managedFields` and the annotation `kubectl.kubernetes.io/last-applied-configuration` are removed.
   */
  objects: z.array(z.custom<KubeObject>((value) => typeof value === 'object' && value !== null)),
});
export type Observation = z.infer<typeof observationSchema>;

/**
 * The observations for an incident. The numbers of pods, events and nodes are limited.
 * - If the incident is about a Deployment: the Deployment, its ReplicaSets and pods, the autoscalers and
 *   PodDisruptionBudgets of the Deployment's namespace, events about all these objects, and the nodes of the cluster.
 * - If the incident is about a Node: the Node, the pods on this Node, events about this Node, and the other nodes.
 */
export const evidenceSchema = z.strictObject({
  version: z.literal('airlock-evidence/1'),
  cluster: z.string(),
  /** The Deployment or Node that the incident is about. */
  subject: objectRefSchema,
  observations: z.array(observationSchema),
});
export type Evidence = z.infer<typeof evidenceSchema>;

/** Returns the objects of all observations. */
export function objectsOf(evidence: Evidence): KubeObject[] {
  return evidence.observations.flatMap((observation) => observation.objects);
}
