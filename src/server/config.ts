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
      z.string().refine((name) => name !== clusterScopeClass, 'is what stands in no namespace'),
    )
    .default({}),
});
/** With API server and its CA: only for the planes that may talk to it. */
const targetSchema = clusterSchema.extend({ url, caFile: file });

const shared = {
  temporal: z.strictObject({ address: z.string() }),
  postgres: secretText,
  /** Where spans of incidents go: a file to append OTLP/JSON lines to, an address that takes OTLP/HTTP, or nowhere. */
  telemetry: z.strictObject({ file: file.optional(), otlp: url.optional() }).default({}),
};
const clusters = z.array(clusterSchema).min(1);
const targets = z.array(targetSchema).min(1);
const vault = z.strictObject({ address: url, identityFile: file });
const oidc = z.strictObject({ issuer: url, maxSignInAge: z.int().positive().default(300) });
const policy = z.strictObject({ opa: url, phasesFile: file });
/** Groups whose approvals can count. Policy chooses among them, tier by tier; whatever else it names is refused. */
const approverGroups = z.array(z.string().min(1)).min(1);

/** When an alert that fires again opens its incident again, and how often before a person gets it. */
const refireSchema = z.strictObject({
  /** Seconds after an incident's close. */
  windowSeconds: seconds.default(1800),
  flapLimit: z.int().positive().default(3),
});

const slug = z.string().regex(/^[a-z0-9]([-a-z0-9]{0,58}[a-z0-9])?$/, 'expected lower case, digits and dashes');
const planned = {
  /** Part of the incidents' identity: another id is another schedule. */
  id: slug,
  cluster: z.string(),
  playbook: slug,
  parameters: z.record(z.string(), z.union([z.string(), z.int()])).default({}),
};
/** A playbook that is to run by the clock: every so many seconds, or by a cron expression in UTC. */
const scheduleSchema = z.union([
  z.strictObject({ ...planned, every: seconds }),
  z.strictObject({ ...planned, cron: z.string().min(1).max(200) }),
]);

const serveFieldsSchema = z.strictObject({
  ...shared,
  clusters,
  vault,
  oidc,
  policy,
  approverGroups,
  /** Folder of the playbooks, as reason has it: what can be asked for. */
  playbooks: file,
  listen: z.strictObject({ host: z.string(), port: z.int() }),
  tokens: z.strictObject({
    alerts: z.array(z.strictObject({ sha256: sha256Hex, cluster: z.string() })),
    operators: z.array(z.strictObject({ sha256: sha256Hex })),
  }),
  /** Streams of events: how many at once, when a comment is sent, when a reader that takes nothing is cut; seconds. */
  events: z
    .strictObject({
      streams: z.int().positive().default(50),
      heartbeatSeconds: z.number().positive().default(15),
      stallSeconds: z.number().positive().default(20),
    })
    .prefault({}),
  /** How long a dossier can be decided and executed, seconds, by tier. */
  dossierSeconds: z.strictObject({ low: z.int(), medium: z.int(), high: z.int() }),
  refire: refireSchema.prefault({}),
  schedules: z.array(scheduleSchema).default([]),
});

/** Configuration of `airlock serve`. Bearer tokens stand in it as SHA-256 only; alerts and schedules are of clusters it knows. */
export const serveConfigSchema = serveFieldsSchema.superRefine((config, context) => {
  const known = config.clusters.map(({ name }) => name);
  const mustBeKnown = (entries: readonly { cluster: string }[], ...path: string[]): void => {
    for (const [index, { cluster }] of entries.entries()) {
      if (known.includes(cluster)) continue;
      const message = `expected one of clusters[].name: ${known.join(', ')}`;
      context.addIssue({ code: 'custom', path: [...path, index, 'cluster'], message });
    }
  };
  mustBeKnown(config.tokens.alerts, 'tokens', 'alerts');
  mustBeKnown(config.schedules, 'schedules');
  for (const [index, { id }] of config.schedules.entries()) {
    if (config.schedules.findIndex((other) => other.id === id) === index) continue;
    context.addIssue({ code: 'custom', path: ['schedules', index, 'id'], message: 'is there twice' });
  }
});
export type ServeConfig = z.infer<typeof serveConfigSchema>;

/** Configuration of `airlock reason`: it has no Vault, no cluster address and no key. */
export const reasonConfigSchema = z.strictObject({ ...shared, clusters, playbooks: file });
export type ReasonConfig = z.infer<typeof reasonConfigSchema>;

/** Configuration of `airlock observe`. */
export const observeConfigSchema = z.strictObject({
  ...shared,
  clusters: targets,
  vault,
  observation: z.strictObject({
    /** Path of each program of a sandbox: a control plane's, and KWOK. */
    programs: z.record(z.string(), file),
    /** Longest time that each phase of a rehearsal may take to settle, seconds of the sandbox. */
    horizonSeconds: z.number().positive().default(30),
    /** Modelled delays run divided by this. */
    speed: z.number().min(1).default(10),
    /** Longest time of a whole rehearsal, seconds. */
    deadlineSeconds: z.number().positive().default(120),
    /** How long a target may take to become what was predicted, seconds. */
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
  /** Groups whose members may ask for a playbook; left out: those that approve. */
  requesterGroups: approverGroups.optional(),
  /** How long a dossier and a decision on it can count, seconds, by tier: whatever governance wrote into the dossier. */
  maxDossierSeconds: z.strictObject({ low: seconds, medium: seconds, high: seconds }),
  checkpoint: z.strictObject({
    /** Where the last checkpoint is kept: in a folder of the gateway's own, which whoever runs the database cannot write. */
    file,
    /** How often a journal that grows is signed, beside the end of each execution. */
    everySeconds: z.number().positive().default(10),
  }),
});
export type GatewayConfig = z.infer<typeof gatewayConfigSchema>;

/** Reads a process's configuration file. @throws AirlockError `bad-input` naming file and field, quoting nothing. */
export async function readConfig<T>(path: string, schema: z.ZodType<T>): Promise<T> {
  const text = await readFile(path, 'utf8').catch((error: Error) => {
    throw badInput(path, `cannot be read: ${error.message}`);
  });
  const parsed = schema.safeParse(parseJson(path, text));
  if (parsed.success) return parsed.data;
  throw refusedFile(path, parsed.error);
}

/** What a schema refused in a file, as an error that names file and field and quotes no value. */
function refusedFile(file: string, error: z.ZodError): AirlockError {
  const issue = error.issues[0];
  const field = issue?.path.join('.');
  return badInput(field ? `${file}: ${field}` : file, issue?.message ?? 'not accepted');
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // The engine's message quotes the file, which holds a password: only a position at its end is taken over.
    const [where = ''] = / at position \d+( \(line \d+ column \d+\))?$/.exec((error as Error).message) ?? [];
    throw badInput(path, `is not JSON${where}`);
  }
}
