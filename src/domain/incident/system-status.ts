import { z } from 'zod';
import { planes } from '../names.ts';
import { phasesSchema } from '../policy/phase.ts';

const count = z.int().nonnegative();
const leasesAliveSchema = z.strictObject({ cluster: z.string(), incident: z.string(), alive: count });
/** `alive` is the number of Vault leases that one incident has on one cluster and that are not confirmed as revoked. */
export type LeasesAlive = z.infer<typeof leasesAliveSchema>;

const queueSchema = z.strictObject({
  plane: z.enum(planes),
  /** Workers that polled for activities recently. 0 means that the plane's process does not run. */
  pollers: count,
  /** Tasks that no worker has started yet. According to Temporal, this number is approximate. */
  backlog: count,
});

const statusSectionsSchema = z.strictObject({
  queues: z.array(queueSchema),
  /**
   * Stored alerts. `waiting`: not yet delivered to their workflow. `since`: when the oldest waiting alert arrived.
   * `refused`: the workflow refused them, and they are not sent again.
   */
  inbox: z.strictObject({ waiting: count, refused: count, since: z.iso.datetime().optional() }),
  leases: z.strictObject({ read: z.array(leasesAliveSchema), grants: z.array(leasesAliveSchema) }),
  /** The content of the phases file at the time of the request. */
  phases: phasesSchema,
  /** Open incidents by the kind of their latest record. */
  incidents: z.record(z.string(), count),
});
/** The sections of `airlock status` that can fail one by one (see `section`). */
export type StatusSections = z.infer<typeof statusSectionsSchema>;

/** A section of the status, or why this section could not be read. A section that fails does not hide the others. */
function section<T extends z.ZodType>(schema: T) {
  return z.union([z.strictObject({ value: schema }), z.strictObject({ problem: z.string() })]);
}

const { queues, inbox, leases, phases, incidents } = statusSectionsSchema.shape;

/** The answer of `GET /v1/status`. */
export const statusSchema = z.strictObject({
  /** The state of each server that `airlock serve` depends on: `ok`, or the problem. */
  dependencies: z.record(z.string(), z.string()),
  /** For each counter, by its name: the number of events since the process started. */
  counters: z.record(z.string(), count),
  versions: z.strictObject({ airlock: z.string(), node: z.string() }),
  queues: section(queues),
  inbox: section(inbox),
  leases: section(leases),
  phases: section(phases),
  incidents: section(incidents),
});
export type SystemStatus = z.infer<typeof statusSchema>;
