import { z } from 'zod';
import { objectRefSchema, type KubeObject } from '../kubernetes/object.ts';

/** One bounded, read-only observation with its source and time. All text in it is untrusted. */
export const observationSchema = z.strictObject({
  source: z.string(),
  at: z.iso.datetime(),
  /** Redacted objects: environment literals are keyed digests, managed fields and last-applied are dropped. */
  objects: z.array(z.custom<KubeObject>((value) => typeof value === 'object' && value !== null)),
});
export type Observation = z.infer<typeof observationSchema>;

/** Everything that was observed for one incident: a workload, its history, pods, events, nodes; or a node and its pods. */
export const evidenceSchema = z.strictObject({
  version: z.literal('airlock-evidence/1'),
  cluster: z.string(),
  /** What the incident is about: a Deployment, or a Node. */
  subject: objectRefSchema,
  observations: z.array(observationSchema),
});
export type Evidence = z.infer<typeof evidenceSchema>;

/** All observed objects. */
export function objectsOf(evidence: Evidence): KubeObject[] {
  return evidence.observations.flatMap((observation) => observation.objects);
}
