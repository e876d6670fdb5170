import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { clusterScopeClass } from '../domain/policy/policy-input.ts';
import { badInput, type AirlockError } from '../lib/error.ts';
import { clusterNameSchema } from '../domain/kubernetes/object.ts';
import { Secret } from '../platform/secret.ts';
import { gatewayOidc, serveOidc } from './oidc-config.ts';
import { endpoint, listenSchema } from '../platform/http/endpoint.ts';
import { slugSchema } from '../lib/slug.ts';
import { tokensSchema } from '../platform/http/tokens-schema.ts';

const url = z.url();
const file = z.string().min(1);
const secretText = z
  .string()
  .min(1)
  .transform((text) => new Secret(text));
const seconds = z.int().positive();

const clusterSchema = z.strictObject({
  name: clusterNameSchema,
  /** The class of the cluster, such as `production`. */
  class: z.string(),
  /** Key: the name of a namespace. Value: the class of this namespace. All other namespaces have class `standard`. */
  namespaceClasses: z
    .record(
      z.string(),
      z
        .string()
        .refine(
          (name) => name !== clusterScopeClass,
          `class ${clusterScopeClass} is reserved for objects without a namespace`,
        ),
    )
    .default({}),
});
/** For `observe` and `gateway` only: a cluster, with the address (https) and the CA file of the API server. */
const clusterWithAddressSchema = clusterSchema.extend({ url: z.url({ protocol: /^https$/ }), caFile: file });

const shared = {
  temporal: z.strictObject({ address: z.string() }),
  /** Connection URL with the PostgreSQL role of the process and the password of this role. */
  postgres: secretText,
  /** Where the process exports its spans: to a file (OTLP/JSON lines), to an OTLP/HTTP address, to both, or nowhere. */
  telemetry: z.strictObject({ file: file.optional(), otlp: url.optional() }).default({}),
};
const clusters = z.array(clusterSchema).min(1);
const clustersWithAddresses = z.array(clusterWithAddressSchema).min(1);
/**
 * `identityFile`: the file with the AppRole credential of the process. The process replaces this file before the
 * credential ends, so the user of the process must have write access to the folder of the file.
 */
const vault = endpoint('address', { address: url, identityFile: file });
const policy = endpoint('opa', { opa: url, phasesFile: file });
const groups = z.array(z.string().min(1)).min(1);
/**
 * For each tier: the groups whose approvals can count. If policy names a group that is not in the list of the plan's
 * tier, the plan is denied.
 */
const approverGroups = z.strictObject({ low: groups, medium: groups, high: groups });

/** What happens if an alert fires again. */
const refireSchema = z.strictObject({
  /**
   * For this many seconds after an incident has closed, a firing alert of the same alert group reopens the incident.
   * Later, a firing alert opens a new incident.
   */
  windowSeconds: seconds.default(1800),
  /** If an incident's alerts have fired again this many times, Airlock escalates the incident and does not repair it. */
  flapLimit: z.int().positive().default(3),
});

const scheduleFields = {
  /** If the id changes, `serve` deletes the old schedule in Temporal and creates a new schedule. */
  id: slugSchema,
  cluster: z.string(),
  playbook: slugSchema,
  parameters: z.record(z.string(), z.union([z.string(), z.int()])).default({}),
};
/**
 * A schedule. Each run opens an incident for `cluster`, and requests the playbook with the parameters. `every`: the
 * interval in seconds. `cron`: a cron expression in UTC.
 */
const scheduleSchema = z.union([
  z.strictObject({ ...scheduleFields, every: seconds }),
  z.strictObject({ ...scheduleFields, cron: z.string().min(1).max(200) }),
]);

const serveFieldsSchema = z.strictObject({
  ...shared,
  clusters,
  vault,
  oidc: serveOidc,
  policy,
  approverGroups,
  /** Folder of the playbooks. A request or schedule names one of them. `airlock reason` must use the same playbooks. */
  playbooks: file,
  listen: listenSchema,
  tokens: tokensSchema,
  /**
   * Limits of the event streams. `streams`: largest number of open streams. `heartbeatSeconds`: time without an event
   * after which a heartbeat is sent. `stallSeconds`: time after which a client that reads nothing is disconnected.
   */
  events: z
    .strictObject({
      streams: z.int().positive().default(50),
      heartbeatSeconds: z.number().positive().default(15),
      stallSeconds: z.number().positive().default(20),
    })
    .prefault({}),
  /** For each tier: lifetime of a dossier, in seconds. The dossier expires at the end of this time. */
  dossierSeconds: z.strictObject({ low: z.int(), medium: z.int(), high: z.int() }),
  refire: refireSchema.prefault({}),
  schedules: z.array(scheduleSchema).default([]),
});

/**
 * Configuration of `airlock serve`. Each token for alerts and each schedule must name a cluster of `clusters`. Two
 * schedules must not have the same id.
 */
export const serveConfigSchema = serveFieldsSchema.superRefine((config, context) => {
  const clusterNames = config.clusters.map(({ name }) => name);
  const checkClusters = (entries: readonly { cluster: string }[], ...path: string[]): void => {
    for (const [index, { cluster }] of entries.entries()) {
      if (clusterNames.includes(cluster)) continue;
      const message = `expected a cluster of this configuration: ${clusterNames.join(', ')}`;
      context.addIssue({ code: 'custom', path: [...path, index, 'cluster'], message });
    }
  };
  checkClusters(config.tokens.alerts, 'tokens', 'alerts');
  checkClusters(config.schedules, 'schedules');
  for (const [index, { id }] of config.schedules.entries()) {
    if (config.schedules.findIndex((other) => other.id === id) === index) continue;
    context.addIssue({ code: 'custom', path: ['schedules', index, 'id'], message: 'another schedule has the same id' });
  }
});
export type ServeConfig = z.infer<typeof serveConfigSchema>;

/** Configuration of `airlock reason`. The process has no Vault identity and no address of a cluster. */
export const reasonConfigSchema = z.strictObject({ ...shared, clusters, playbooks: file });
export type ReasonConfig = z.infer<typeof reasonConfigSchema>;

/** Configuration of `airlock observe`. */
export const observeConfigSchema = z.strictObject({
  ...shared,
  clusters: clustersWithAddresses,
  vault,
  observation: z.strictObject({
    /**
     * Absolute paths of the programs that a sandbox runs. The keys are etcd, kube-apiserver, kube-controller-manager,
     * kube-scheduler and kwok.
     */
    programs: z.record(z.string(), file),
    /** Limit on each wait of a rehearsal, in seconds. For example, a rehearsal waits until changed objects settle. */
    horizonSeconds: z.number().positive().default(30),
    /** The sandbox divides modelled delays, such as the time until a container is ready, by this number. */
    speed: z.number().min(1).default(10),
    /** Longest time of a whole rehearsal, in seconds. The time before the rehearsal gets a free slot does not count. */
    deadlineSeconds: z.number().positive().default(120),
    /** Longest time that a verification waits until the target matches the expected values, in seconds. */
    verifySeconds: z.number().positive().default(60),
  }),
});
export type ObserveConfig = z.infer<typeof observeConfigSchema>;

/** Configuration of `airlock gateway`. */
export const gatewayConfigSchema = z.strictObject({
  ...shared,
  clusters: clustersWithAddresses,
  vault,
  oidc: gatewayOidc,
  policy,
  approverGroups,
  /** Groups whose members may make requests. By default the groups of all tiers in `approverGroups`. */
  requesterGroups: groups.optional(),
  /**
   * For each tier: the longest lifetime of a dossier, in seconds. When the execution starts, no approval may be older
   * than this limit.
   */
  maxDossierSeconds: z.strictObject({ low: seconds, medium: seconds, high: seconds }),
  /**
   * Longest time in seconds between two checkpoints while the journal grows. The gateway also signs a checkpoint with
   * each admission and execution.
   */
  checkpointSeconds: z.number().positive().default(10),
});
export type GatewayConfig = z.infer<typeof gatewayConfigSchema>;

/**
 * Reads the configuration file of a process.
 * @throws AirlockError `bad-input`. The message names the file. If fields are wrong, the message names the first of
 * these fields. The message contains no secret.
 */
export async function readConfig<T>(path: string, schema: z.ZodType<T>): Promise<T> {
  const text = await readFile(path, 'utf8').catch((error: Error) => {
    throw badInput(path, `cannot be read: ${error.message}`);
  });
  const parsed = schema.safeParse(parseJson(path, text));
  if (parsed.success) return parsed.data;
  throw configError(path, parsed.error);
}

/** Returns the error for the first problem that the schema found. */
function configError(file: string, error: z.ZodError): AirlockError {
  const issue = error.issues[0];
  const field = issue?.path.join('.');
  return badInput(field ? `${file}: ${field}` : file, issue?.message ?? 'invalid');
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // The message of this error quotes the file, which contains a password. So only the position at the end of the
    // message is kept.
    const [position = ''] = / at position \d+( \(line \d+ column \d+\))?$/.exec((error as Error).message) ?? [];
    throw badInput(path, `is not JSON${position}`);
  }
}
