import { z } from 'zod';
import { objectRefSchema, type KubeObject } from '../kubernetes/object.ts';

/** One read-only observation of limited size, with its source and time. All text in it is untrusted. */
const observationSchema = z.strictObject({
  source: z.string(),
  at: z.iso.datetime(),
  /**
   * Redacted objects: literal values of environment variables are replaced by keyed digests; `managedFields` and the
   * last-applied annotation are removed.
   */
  objects: z.array(z.custom<KubeObject>((value) => typeof value === 'object' && value !== null)),
});
export type Observation = z.infer<typeof observationSchema>;

/**
 * All observations for one incident. They show a workload with its revisions, pods, events and nodes, or a node with
 * its pods.
 */
export const evidenceSchema = z.strictObject({
  version: z.literal('airlock-evidence/1'),
  cluster: z.string(),
  /** The Deployment or Node that the incident is about. */
  subject: objectRefSchema,
  observations: z.array(observationSchema),
});
export type Evidence = z.infer<typeof evidenceSchema>;

/** The objects of all observations. */
export function objectsOf(evidence: Evidence): KubeObject[] {
  return evidence.observations.flatMap((observation) => observation.objects);
}
