import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { badInput } from './domain/error.ts';
import { Secret } from './secret.ts';

const url = z.url();
const file = z.string().min(1);
const secretText = z
  .string()
  .min(1)
  .transform((text) => new Secret(text));
const sha256Hex = z.string().regex(/^[0-9a-f]{64}$/);

const clusterSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9]([-a-z0-9]{0,30}[a-z0-9])?$/),
  class: z.string(),
  namespaceClasses: z.record(z.string(), z.string()).default({}),
  /** API server and its CA, for the planes that may talk to it. */
  url: url.optional(),
  caFile: file.optional(),
});

const shared = {
  temporal: z.strictObject({ address: z.string() }),
  postgres: secretText,
  clusters: z.array(clusterSchema).min(1),
};
const vault = z.strictObject({ address: url, identityFile: file });
const oidc = z.strictObject({ issuer: url, maxSignInAge: z.int().positive().default(300) });
const policy = z.strictObject({ opa: url, phasesFile: file });

/** Configuration of `airlock serve`. Bearer tokens stand in it as SHA-256 only. */
export const serveConfigSchema = z.strictObject({
  ...shared,
  vault,
  oidc,
  policy,
  listen: z.strictObject({ host: z.string(), port: z.int() }),
  tokens: z.strictObject({
    alerts: z.array(z.strictObject({ sha256: sha256Hex, cluster: z.string() })),
    operators: z.array(z.strictObject({ sha256: sha256Hex })),
  }),
  /** How long a dossier can be decided and executed, seconds, by tier. */
  dossierSeconds: z.strictObject({ low: z.int(), medium: z.int(), high: z.int() }),
});
export type ServeConfig = z.infer<typeof serveConfigSchema>;

/** Configuration of `airlock reason`: it has no Vault, no cluster address and no key. */
export const reasonConfigSchema = z.strictObject({ ...shared, playbooks: file });
export type ReasonConfig = z.infer<typeof reasonConfigSchema>;

/** Configuration of `airlock observe`. */
export const observeConfigSchema = z.strictObject({
  ...shared,
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
export const gatewayConfigSchema = z.strictObject({ ...shared, vault, oidc, policy });
export type GatewayConfig = z.infer<typeof gatewayConfigSchema>;

/** Reads a process's configuration file. @throws AirlockError `bad-input` naming file and field. */
export async function readConfig<T>(path: string, schema: z.ZodType<T>): Promise<T> {
  const text = await readFile(path, 'utf8').catch((error: Error) => {
    throw badInput(path, `cannot be read: ${error.message}`);
  });
  const parsed = schema.safeParse(parseJson(path, text));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw badInput(`${path}: ${issue?.path.join('.') ?? ''}`, issue?.message ?? 'not accepted');
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw badInput(path, `is not JSON: ${(error as Error).message}`);
  }
}
