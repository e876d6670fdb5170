import { z } from 'zod';
import { badInput } from '../../src/lib/error.ts';
import type { KubeObject } from '../../src/domain/kubernetes/object.ts';
import { planSchema } from '../../src/domain/plan/plan.ts';
import type { Bundle } from '../../src/domain/rehearsal/snapshot.ts';

const objectSchema = z.custom<KubeObject>(
  (value: any) =>
    typeof value?.apiVersion === 'string' && typeof value.kind === 'string' && typeof value.metadata?.name === 'string',
  'expected a Kubernetes object with apiVersion, kind and metadata.name',
);

const bundleSchema = z.strictObject({
  version: z.literal('airlock-bundle/1'),
  plan: planSchema,
  snapshot: z.strictObject({
    version: z.literal('airlock-snapshot/1'),
    cluster: z.string(),
    takenAt: z.iso.datetime({ offset: true }),
    kubernetes: z.string(),
    objects: z.array(objectSchema),
    events: z.array(objectSchema),
    unknowns: z.array(z.string()),
  }),
  horizonSeconds: z.number().positive().max(3600),
  speed: z.number().min(1).max(1000),
}) satisfies z.ZodType<Bundle>;

/**
 * Parses a bundle, which is the input of the runner (the process of one rehearsal).
 * @throws AirlockError `bad-input` if `text` is not JSON or a field is wrong.
 */
export function parseBundle(text: string): Bundle {
  const parsed = bundleSchema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data as Bundle;
  const issue = parsed.error.issues[0];
  throw badInput(`bundle.${issue?.path.join('.') ?? ''}`, issue?.message ?? 'invalid');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw badInput('bundle', `not valid JSON: ${(error as Error).message}`);
  }
}
