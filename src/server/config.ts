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
  class: z.string(),
  namespaceClasses: z
    .record(
      z.string(),
      z.string().refine((name) => name !== clusterScopeClass, 'reserved for objects without a namespace'),
    )
    .default({}),
});
/** With the API server's address and CA: only for the processes that may call it. */
const targetSchema = clusterSchema.extend({ url, caFile: file });

const shared = {
  temporal: z.strictObject({ address: z.string() }),
  postgres: secretText,
  /** Where the spans of incidents go: a file for OTLP/JSON lines, an OTLP/HTTP address, both or neither. */
  telemetry: z.strictObject({ file: file.optional(), otlp: url.optional() }).default({}),
};
const clusters = z.array(clusterSchema).min(1);
const targets = z.array(targetSchema).min(1);
const vault = z.strictObject({ address: url, identityFile: file });
const oidc = z.strictObject({ issuer: url, maxSignInAge: z.int().positive().default(300) });
const policy = z.strictObject({ opa: url, phasesFile: file });
/** Groups whose approvals can count. Policy chooses among them for each tier; a group that is not listed here is refused. */
const approverGroups = z.array(z.string().min(1)).min(1);

/** When an alert that fires again reopens its incident, and how often before a person has to decide. */
const refireSchema = z.strictObject({
  /** Seconds after an incident's close. */
  windowSeconds: seconds.default(1800),
  flapLimit: z.int().positive().default(3),
});

const slug = z.string().regex(/^[a-z0-9]([-a-z0-9]{0,58}[a-z0-9])?$/, 'expected lower case, digits and dashes');
const scheduleFields = {
  /** Part of the identity of the incidents that it opens: another id is another schedule. */
  id: slug,
  cluster: z.string(),
  playbook: slug,
  parameters: z.record(z.string(), z.union([z.string(), z.int()])).default({}),
};
/** A playbook that runs on a schedule: every given number of seconds, or by a cron expression in UTC. */
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
  /** Folder of the playbooks that can be requested: the same as that of `airlock reason`. */
  playbooks: file,
  listen: z.strictObject({ host: z.string(), port: z.int() }),
  tokens: z.strictObject({
    alerts: z.array(z.strictObject({ sha256: sha256Hex, cluster: z.string() })),
    operators: z.array(z.strictObject({ sha256: sha256Hex })),
  }),
  /** Event streams: how many at once, seconds between heartbeat comments, seconds until a stalled reader is disconnected. */
  events: z
    .strictObject({
      streams: z.int().positive().default(50),
      heartbeatSeconds: z.number().positive().default(15),
      stallSeconds: z.number().positive().default(20),
    })
    .prefault({}),
  /** How long a dossier can be decided on and executed, seconds, by tier. */
  dossierSeconds: z.strictObject({ low: z.int(), medium: z.int(), high: z.int() }),
  refire: refireSchema.prefault({}),
  schedules: z.array(scheduleSchema).default([]),
});

/** Configuration of `airlock serve`. It contains SHA-256 digests of bearer tokens, no tokens. Alerts and schedules name its clusters. */
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

/** Configuration of `airlock reason`: no Vault identity, no cluster address and no key. */
export const reasonConfigSchema = z.strictObject({ ...shared, clusters, playbooks: file });
export type ReasonConfig = z.infer<typeof reasonConfigSchema>;

/** Configuration of `airlock observe`. */
export const observeConfigSchema = z.strictObject({
  ...shared,
  clusters: targets,
  vault,
  observation: z.strictObject({
    /** Path of each program of a sandbox: those of a Kubernetes control plane, and KWOK. */
    programs: z.record(z.string(), file),
    /** Longest time for each phase of a rehearsal to settle, seconds of the sandbox's clock. */
    horizonSeconds: z.number().positive().default(30),
    /** Modelled delays are divided by this. */
    speed: z.number().min(1).default(10),
    /** Longest time of a whole rehearsal, seconds. */
    deadlineSeconds: z.number().positive().default(120),
    /** Longest time for a target to reach the predicted state, seconds. */
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
  /** Groups whose members may request a playbook; by default the groups that approve. */
  requesterGroups: approverGroups.optional(),
  /** Longest validity of a dossier and of a decision on it, seconds, by tier. A later expiry in the dossier is ignored. */
  maxDossierSeconds: z.strictObject({ low: seconds, medium: seconds, high: seconds }),
  checkpoint: z.strictObject({
    /** Where the last checkpoint is kept: in a folder of the gateway's own, which database administrators cannot write. */
    file,
    /** Seconds between checkpoints of a growing journal, in addition to the end of each execution. */
    everySeconds: z.number().positive().default(10),
  }),
});
export type GatewayConfig = z.infer<typeof gatewayConfigSchema>;

/** Reads a process's configuration file. @throws AirlockError `bad-input` that names file and field and quotes no value. */
export async function readConfig<T>(path: string, schema: z.ZodType<T>): Promise<T> {
  const text = await readFile(path, 'utf8').catch((error: Error) => {
    throw badInput(path, `cannot be read: ${error.message}`);
  });
  const parsed = schema.safeParse(parseJson(path, text));
  if (parsed.success) return parsed.data;
  throw refusedFile(path, parsed.error);
}

/** The first issue of a schema, as an error that names file and field and quotes no value. */
function refusedFile(file: string, error: z.ZodError): AirlockError {
  const issue = error.issues[0];
  const field = issue?.path.join('.');
  return badInput(field ? `${file}: ${field}` : file, issue?.message ?? 'invalid');
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // The engine's message quotes the file, which contains a password: only the position at its end is kept.
    const [where = ''] = / at position \d+( \(line \d+ column \d+\))?$/.exec((error as Error).message) ?? [];
    throw badInput(path, `is not JSON${where}`);
  }
}
