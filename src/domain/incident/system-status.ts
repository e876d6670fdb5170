import { z } from 'zod';
import { planes } from '../names.ts';
import { phasesSchema } from '../policy/phase.ts';

const count = z.int().nonnegative();
const leasesAliveSchema = z.strictObject({ cluster: z.string(), incident: z.string(), alive: count });
/** The number of Vault leases (`alive`) of one incident on one cluster. Their revocation is not confirmed. */
export type LeasesAlive = z.infer<typeof leasesAliveSchema>;

const queueSchema = z.strictObject({
  plane: z.enum(planes),
  /** Number of workers that recently polled for activities. 0 means that no process of the plane runs. */
  pollers: count,
  /** Number of tasks that no worker has started yet. According to Temporal, this number is approximate. */
  backlog: count,
});

const statusSectionsSchema = z.strictObject({
  queues: z.array(queueSchema),
  /**
   * Numbers of stored alerts. `waiting`: not yet delivered to a workflow. `refused`: Temporal refused them permanently,
   * so they are not sent again. `since` is the time when the oldest waiting alert arrived.
   */
  inbox: z.strictObject({ waiting: count, refused: count, since: z.iso.datetime().optional() }),
  leases: z.strictObject({ read: z.array(leasesAliveSchema), grants: z.array(leasesAliveSchema) }),
  /** The content of the phases file at the time of the request. */
  phases: phasesSchema,
  /** For each kind of record: the number of open incidents whose latest record has this kind. */
  incidents: z.record(z.string(), count),
});
/** The sections of `airlock status` that are read independently of each other. */
export type StatusSections = z.infer<typeof statusSectionsSchema>;

/** The content of a section, or why this section could not be read. The other sections are shown anyway. */
function section<T extends z.ZodType>(schema: T) {
  return z.union([z.strictObject({ value: schema }), z.strictObject({ problem: z.string() })]);
}

const { queues, inbox, leases, phases, incidents } = statusSectionsSchema.shape;

/** The answer of `GET /v1/status`. */
export const statusSchema = z.strictObject({
  /** The state of each server that `airlock serve` depends on: `ok`, or the problem. */
  dependencies: z.record(z.string(), z.string()),
  /** For each counter, by its name: the number of events since `airlock serve` started. */
  counters: z.record(z.string(), count),
  versions: z.strictObject({ airlock: z.string(), node: z.string() }),
  queues: section(queues),
  inbox: section(inbox),
  leases: section(leases),
  phases: section(phases),
  incidents: section(incidents),
});
export type SystemStatus = z.infer<typeof statusSchema>;
