import { z } from 'zod';
import { planes } from '../names.ts';
import { phasesSchema } from '../policy/phase.ts';

const count = z.int().nonnegative();
const leasesAliveSchema = z.strictObject({ cluster: z.string(), incident: z.string(), alive: count });
/** Leases of one incident on one cluster that nobody has confirmed as revoked. */
export type LeasesAlive = z.infer<typeof leasesAliveSchema>;

const queueSchema = z.strictObject({
  plane: z.enum(planes),
  /** Workers that lately asked for activities; none means that the plane's process is not there. */
  pollers: count,
  /** Tasks that no worker has taken yet; Temporal calls its own number approximate. */
  backlog: count,
});

const standingSchema = z.strictObject({
  queues: z.array(queueSchema),
  /** Alerts that are stored and not yet with their workflow, since when the oldest has waited, and how many never will be. */
  inbox: z.strictObject({ waiting: count, refused: count, since: z.iso.datetime().optional() }),
  leases: z.strictObject({ read: z.array(leasesAliveSchema), grants: z.array(leasesAliveSchema) }),
  /** The phases file as it counts now. */
  phases: phasesSchema,
  /** Open incidents by the kind of their latest record. */
  incidents: z.record(z.string(), count),
});
/** How things stand, part by part. */
export type Standing = z.infer<typeof standingSchema>;

/** A part, or why it could not be had: one part that does not answer hides no other. */
function part<T extends z.ZodType>(schema: T) {
  return z.union([z.strictObject({ is: schema }), z.strictObject({ problem: z.string() })]);
}

const { queues, inbox, leases, phases, incidents } = standingSchema.shape;

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
