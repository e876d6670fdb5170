import { z } from 'zod';
import { planes } from '../names.ts';
import { phasesSchema } from '../policy/phase.ts';

const count = z.int().nonnegative();
const leasesAliveSchema = z.strictObject({ cluster: z.string(), incident: z.string(), alive: count });
/** Number of one incident's leases on one cluster whose revocation is not confirmed. */
export type LeasesAlive = z.infer<typeof leasesAliveSchema>;

const queueSchema = z.strictObject({
  plane: z.enum(planes),
  /** Workers that polled for activities lately; 0 means that the plane's process does not run. */
  pollers: count,
  /** Tasks that no worker has started yet; Temporal calls this number approximate. */
  backlog: count,
});

const statusPartsSchema = z.strictObject({
  queues: z.array(queueSchema),
  /** Stored alerts that are not delivered to their workflow yet, when the oldest arrived, and how many were refused for good. */
  inbox: z.strictObject({ waiting: count, refused: count, since: z.iso.datetime().optional() }),
  leases: z.strictObject({ read: z.array(leasesAliveSchema), grants: z.array(leasesAliveSchema) }),
  /** The phases file as it is now. */
  phases: phasesSchema,
  /** Open incidents by the kind of their latest record. */
  incidents: z.record(z.string(), count),
});
/** What `airlock status` shows beside dependencies, counters and versions, part by part. */
export type StatusParts = z.infer<typeof statusPartsSchema>;

/** A part, or why it could not be read: one part that does not answer hides no other. */
function part<T extends z.ZodType>(schema: T) {
  return z.union([z.strictObject({ value: schema }), z.strictObject({ problem: z.string() })]);
}

const { queues, inbox, leases, phases, incidents } = statusPartsSchema.shape;

/** The answer of `GET /v1/status`. */
export const statusSchema = z.strictObject({
  /** `ok`, or what is wrong, for each server that `airlock serve` depends on. */
  dependencies: z.record(z.string(), z.string()),
  /** Since the process started. */
  counters: z.record(z.string(), count),
  versions: z.strictObject({ airlock: z.string(), node: z.string() }),
  queues: part(queues),
  inbox: part(inbox),
  leases: part(leases),
  phases: part(phases),
  incidents: part(incidents),
});
export type SystemStatus = z.infer<typeof statusSchema>;
