import { z } from 'zod';
import { planes } from '../names.ts';
import { phasesSchema } from '../policy/phase.ts';

const count = z.int().nonnegative();
const leasesAliveSchema = z.strictObject({ cluster: z.string(), incident: z.string(), alive: count });
/** The Vault leases of one incident on one cluster. `alive`: the number of leases that are not known to be revoked. */
export type LeasesAlive = z.infer<typeof leasesAliveSchema>;

/** The Temporal task queue of one plane. */
const queueSchema = z.strictObject({
  plane: z.enum(planes),
  /** Number of workers that recently polled this queue for activities. If 0, no worker runs the plane's activities. */
  pollers: count,
  /** Approximate number of activities that no worker has started yet. */
  backlog: count,
  /** The addresses that the plane's process uses without TLS, such as `vault http://vault.example:8200`. */
  insecure: z.array(z.string()),
});

const statusSectionsSchema = z.strictObject({
  queues: z.array(queueSchema),
  /**
   * `waiting`: number of alerts that wait to be sent to a workflow. `since`: the time when the oldest waiting alert
   * arrived. `parked`: number of alerts that are not sent, because Temporal refused them permanently or because they
   * failed three times. `latestParked`: the delivery that was parked last. Its alerts have one trace.
   */
  inbox: z.strictObject({
    waiting: count,
    since: z.iso.datetime().optional(),
    parked: count,
    latestParked: z
      .strictObject({ cluster: z.string(), trace: z.string(), at: z.iso.datetime(), reason: z.string() })
      .optional(),
  }),
  /**
   * `read`: leases with which `airlock observe` reads a cluster. `grants`: leases of the gateway's executions. Each list
   * has at most 500 entries.
   */
  leases: z.strictObject({ read: z.array(leasesAliveSchema), grants: z.array(leasesAliveSchema) }),
  /** The content of the phases file at the time of the request. */
  phases: phasesSchema,
  /**
   * For each kind of record: the number of open incidents whose latest record has this kind. Only incidents that
   * `GET /v1/incidents` returns are counted.
   */
  incidents: z.record(z.string(), count),
});
/** The sections of the status. If Airlock cannot read one section, it still shows the other sections. */
export type StatusSections = z.infer<typeof statusSectionsSchema>;

/** Returns the schema of one section: its content, or the reason why Airlock could not read the section. */
function sectionSchema<T extends z.ZodType>(schema: T) {
  return z.union([z.strictObject({ value: schema }), z.strictObject({ problem: z.string() })]);
}

const { queues, inbox, leases, phases, incidents } = statusSectionsSchema.shape;

/** The answer of `GET /v1/status`. */
export const statusSchema = z.strictObject({
  /** For each server that `airlock serve` needs, by name: `ok`, or the problem. */
  dependencies: z.record(z.string(), z.string()),
  /** For each counter, by name: the number of events since `airlock serve` started. */
  counters: z.record(z.string(), count),
  /** Bearer tokens of the API that have expired, or will expire within 7 days. */
  expiringTokens: z.array(z.strictObject({ name: z.string(), expiresAt: z.iso.datetime() })),
  versions: z.strictObject({ airlock: z.string(), node: z.string() }),
  queues: sectionSchema(queues),
  inbox: sectionSchema(inbox),
  leases: sectionSchema(leases),
  phases: sectionSchema(phases),
  incidents: sectionSchema(incidents),
});
export type SystemStatus = z.infer<typeof statusSchema>;
