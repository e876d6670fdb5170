import { z } from 'zod';
import { objectRefSchema, type KubeObject } from '../kubernetes/object.ts';

/** Objects of one kind that Airlock read, with source and time. All text in an observation is untrusted. */
const observationSchema = z.strictObject({
  source: z.string(),
  at: z.iso.datetime(),
  /**
   * Redacted objects: keyed digests replace values that may be secret, such as values of environment variables.
   * `managedFields` and the last-applied annotation are removed.
   */
  objects: z.array(z.custom<KubeObject>((value) => typeof value === 'object' && value !== null)),
});
export type Observation = z.infer<typeof observationSchema>;

/**
 * All observations for one incident. For a Deployment: its ReplicaSets and pods, the autoscalers and
 * PodDisruptionBudgets of its namespace, events, and nodes. For a node: its pods, its events, and the other nodes.
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
