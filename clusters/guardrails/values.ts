import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';
import { badInput } from '../../src/lib/error.ts';
import { kubernetesNameSchema } from '../../src/domain/kubernetes/object.ts';
import { systemNamespace } from '../../src/domain/names.ts';

/** Namespaces that `allowedNamespaces` must not contain. Kubernetes and Airlock keep their own objects there. */
const protectedNamespaces = ['kube-system', 'kube-public', 'kube-node-lease', systemNamespace] as const;

const replicas = z.int().min(1).max(10_000);
/**
 * The key of a label or annotation, such as `release`, or a prefix of such keys, such as `helm.sh/`. The guardrails
 * insert the text into a CEL string literal, so the text must not contain quotes.
 */
const metadataKey = z
  .string()
  .regex(
    /^[A-Za-z0-9][-A-Za-z0-9_./]*$/,
    'expected the key of a label or annotation, or a prefix of keys, such as helm.sh/',
  );

/**
 * The name of a node, in which `*` matches any characters. The guardrails insert the text into CEL, so quotes and other
 * special characters are not allowed.
 */
const nodePattern = z
  .string()
  .regex(/^[a-z0-9*][-a-z0-9.*]{0,252}$/, 'expected the name of a node (* matches any characters)');

const guardrailValuesSchema = z.strictObject({
  /** Namespaces whose objects Airlock may change. */
  allowedNamespaces: z.array(kubernetesNameSchema).min(1).max(200),
  /** Smallest number of replicas that `scale-workload` may set. */
  minReplicas: replicas,
  /** Largest number of replicas that `scale-workload` may set. */
  maxReplicas: replicas,
  /** Longest lifetime of the token of a grant or read lease, in seconds. The minimum of Kubernetes is 600. */
  maxTokenSeconds: z.int().min(600).max(86_400),
  /** Labels of a pod template that `undo-rollout` may restore. */
  undoTemplateLabels: z.array(metadataKey).max(50),
  /** Annotations of a pod template that `undo-rollout` may restore. */
  undoTemplateAnnotations: z.array(metadataKey).max(50),
  /** Nodes that `cordon-node` and `uncordon-node` may change. An empty list disables both actions. */
  allowedNodes: z.array(nodePattern).max(200).default([]),
});

/** The limits that a cluster administrator sets for Airlock in one target. The guardrails contain these values. */
export type GuardrailValues = z.infer<typeof guardrailValuesSchema>;

/** Checks the administrator's values. @throws AirlockError `bad-input` that describes the first wrong value. */
export function parseGuardrailValues(input: unknown): GuardrailValues {
  const result = guardrailValuesSchema.safeParse(input);
  if (!result.success) {
    const issue = result.error.issues[0];
    throw badInput(issue?.path.join('.') || 'values', issue?.message ?? 'expected a mapping of values');
  }
  const values = result.data;
  values.allowedNamespaces.forEach((name, index) => {
    if (!protectedNamespaces.some((each) => each === name)) return;
    throw badInput(`allowedNamespaces.${index}`, `${name} is a protected namespace: remove this entry`);
  });
  if (values.minReplicas > values.maxReplicas) throw badInput('minReplicas', 'is greater than maxReplicas');
  return values;
}

/**
 * Reads the values from a YAML file: the chart's `values.yaml`, or a file with the same fields.
 * @throws AirlockError `bad-input` that describes the first wrong value. Errors of `readFile` and of the YAML parser
 * are thrown unchanged.
 */
export async function readGuardrailValues(file: string | URL): Promise<GuardrailValues> {
  return parseGuardrailValues(parse(await readFile(file, 'utf8')));
}
