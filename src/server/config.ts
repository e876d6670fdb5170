import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { clusterScopeClass } from '../domain/policy/policy-input.ts';
import { badInput, type AirlockError } from '../lib/error.ts';
import { clusterNameSchema } from '../domain/kubernetes/object.ts';
import { Secret } from '../platform/secret.ts';

const url = z.url();
const file = z.string().min(1);
const secretText = z
  .string()
  .min(1)
  .transform((text) => new Secret(text));
const seconds = z.int().positive();
const sha256Hex = z.string().regex(/^[0-9a-f]{64}$/);

const clusterSchema = z.strictObject({
  name: clusterNameSchema,
  /** The class of the cluster, such as `production`. */
  class: z.string(),
  /** For each listed namespace: the class of the namespace. */
  namespaceClasses: z
    .record(
      z.string(),
      z.string().refine((name) => name !== clusterScopeClass, 'reserved for objects without a namespace'),
    )
    .default({}),
});
/**
 * A cluster with the address and CA of its API server. Only `observe` and `gateway` may call API servers of targets.
 */
const targetSchema = clusterSchema.extend({ url, caFile: file });

const shared = {
  temporal: z.strictObject({ address: z.string() }),
  postgres: secretText,
  /** Where the process writes its spans: a file (OTLP/JSON lines), an OTLP/HTTP address, both, or nowhere. */
  telemetry: z.strictObject({ file: file.optional(), otlp: url.optional() }).default({}),
};
const clusters = z.array(clusterSchema).min(1);
const targets = z.array(targetSchema).min(1);
const vault = z.strictObject({ address: url, identityFile: file });
const oidc = z.strictObject({
  issuer: url,
  /** Longest time between a sign-in and the use of the token from this sign-in, seconds. */
  maxSignInAge: z.int().positive().default(300),
});
const policy = z.strictObject({ opa: url, phasesFile: file });
/**
 * Groups whose approvals can count. For each tier, policy demands approvals of some of these groups. If policy demands
 * another group, the plan is refused.
 */
const approverGroups = z.array(z.string().min(1)).min(1);

/**
 * What happens if an alert fires again after its incident has closed.
 */
const refireSchema = z.strictObject({
  /** An alert reopens its incident if it fires within this many seconds after the incident's close. */
  windowSeconds: seconds.default(1800),
  /** If the alerts of an incident fire again this many times, Airlock escalates the incident and does not repair it. */
  flapLimit: z.int().positive().default(3),
});

const slug = z.string().regex(/^[a-z0-9]([-a-z0-9]{0,58}[a-z0-9])?$/, 'expected lower case, digits and dashes');
const scheduleFields = {
  /** Part of the id of every incident that the schedule opens. A new id makes a new schedule. */
  id: slug,
  cluster: z.string(),
  playbook: slug,
  parameters: z.record(z.string(), z.union([z.string(), z.int()])).default({}),
};
/** A playbook that runs on a schedule: every `every` seconds, or at the times of a cron expression in UTC. */
const scheduleSchema = z.union([
  z.strictObject({ ...scheduleFields, every: seconds }),
  z.strictObject({ ...scheduleFields, cron: z.string().min(1).max(200) }),
]);

const serveFieldsSchema = z.strictObject({
  ...shared,
  clusters,
  vault,
  oidc,
  policy,
  approverGroups,
  /** Folder of the playbooks that people can request. It must be the same as the folder of `airlock reason`. */
  playbooks: file,
  listen: z.strictObject({ host: z.string(), port: z.int() }),
  tokens: z.strictObject({
    alerts: z.array(z.strictObject({ sha256: sha256Hex, cluster: z.string() })),
    operators: z.array(z.strictObject({ sha256: sha256Hex })),
  }),
  /** Limits of the event streams: see `StreamLimits` in src/api/events/events.ts. */
  events: z
    .strictObject({
      streams: z.int().positive().default(50),
      heartbeatSeconds: z.number().positive().default(15),
      stallSeconds: z.number().positive().default(20),
    })
    .prefault({}),
  /** For each tier: the time limit for the decisions on a dossier and for its execution, seconds. */
  dossierSeconds: z.strictObject({ low: z.int(), medium: z.int(), high: z.int() }),
  refire: refireSchema.prefault({}),
  schedules: z.array(scheduleSchema).default([]),
});

/**
 * Configuration of `airlock serve`. It contains SHA-256 digests of bearer tokens, not the tokens. Each token for alerts
 * and each schedule names a cluster; the cluster must be listed in `clusters`. Each schedule has an id of its own.
 */
export const serveConfigSchema = serveFieldsSchema.superRefine((config, context) => {
  const names = config.clusters.map(({ name }) => name);
  const checkClusters = (entries: readonly { cluster: string }[], ...path: string[]): void => {
    for (const [index, { cluster }] of entries.entries()) {
      if (names.includes(cluster)) continue;
      const message = `expected one of clusters[].name: ${names.join(', ')}`;
      context.addIssue({ code: 'custom', path: [...path, index, 'cluster'], message });
    }
  };
  checkClusters(config.tokens.alerts, 'tokens', 'alerts');
  checkClusters(config.schedules, 'schedules');
  for (const [index, { id }] of config.schedules.entries()) {
    if (config.schedules.findIndex((other) => other.id === id) === index) continue;
    context.addIssue({ code: 'custom', path: ['schedules', index, 'id'], message: 'duplicate id' });
  }
});
export type ServeConfig = z.infer<typeof serveConfigSchema>;

/** Configuration of `airlock reason`. It has no Vault identity, no address of a cluster and no signing key. */
export const reasonConfigSchema = z.strictObject({ ...shared, clusters, playbooks: file });
export type ReasonConfig = z.infer<typeof reasonConfigSchema>;

/** Configuration of `airlock observe`. */
export const observeConfigSchema = z.strictObject({
  ...shared,
  clusters: targets,
  vault,
  observation: z.strictObject({
    /** Path of each program that a sandbox runs: the programs of a Kubernetes control plane, and KWOK. */
    programs: z.record(z.string(), file),
    /** Longest time for the sandbox to settle after each part of a rehearsal, seconds of the sandbox's clock. */
    horizonSeconds: z.number().positive().default(30),
    /** The sandbox divides modelled delays, such as the start of a container, by this number. */
    speed: z.number().min(1).default(10),
    /** Longest time of a whole rehearsal, seconds. */
    deadlineSeconds: z.number().positive().default(120),
    /** Longest time after an execution until the target must match the predictions, seconds. */
    verifySeconds: z.number().positive().default(60),
  }),
});
export type ObserveConfig = z.infer<typeof observeConfigSchema>;

/** Configuration of `airlock gateway`. */
export const gatewayConfigSchema = z.strictObject({
  ...shared,
  clusters: targets,
  vault,
  oidc,
  policy,
  approverGroups,
  /** Groups whose members may request a playbook; by default `approverGroups`. */
  requesterGroups: approverGroups.optional(),
  /**
   * For each tier: longest validity of a dossier and of a decision on it, seconds. A dossier expires at this age, even
   * if the dossier itself contains a later expiry.
   */
  maxDossierSeconds: z.strictObject({ low: seconds, medium: seconds, high: seconds }),
  checkpoint: z.strictObject({
    /**
     * File with the last checkpoint. Only the gateway may have the right to write to the folder of this file. A
     * database administrator with this right could restore an older journal unnoticed.
     */
    file,
    /** Seconds between two checkpoints while the journal grows. Each execution is also followed by a checkpoint. */
    everySeconds: z.number().positive().default(10),
  }),
});
export type GatewayConfig = z.infer<typeof gatewayConfigSchema>;

/**
 * Reads the configuration file of a process.
 * @throws AirlockError `bad-input` that names the file and the field, and quotes no value.
 */
export async function readConfig<T>(path: string, schema: z.ZodType<T>): Promise<T> {
  const text = await readFile(path, 'utf8').catch((error: Error) => {
    throw badInput(path, `cannot be read: ${error.message}`);
  });
  const parsed = schema.safeParse(parseJson(path, text));
  if (parsed.success) return parsed.data;
  throw refusedFile(path, parsed.error);
}

/**
 * Returns the error for a value that the schema refuses. The error names the file and the field, and quotes no value.
 */
function refusedFile(file: string, error: z.ZodError): AirlockError {
  const issue = error.issues[0];
  const field = issue?.path.join('.');
  return badInput(field ? `${file}: ${field}` : file, issue?.message ?? 'invalid');
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // The message of JSON.parse quotes the file, and the file contains a password. Only the position at the end of the
    // message is kept.
    const [where = ''] = / at position \d+( \(line \d+ column \d+\))?$/.exec((error as Error).message) ?? [];
    throw badInput(path, `is not JSON${where}`);
  }
}
