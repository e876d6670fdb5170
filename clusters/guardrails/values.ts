import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';
import { badInput } from '../../src/lib/error.ts';
import { kubernetesNameSchema } from '../../src/domain/kubernetes/object.ts';
import { systemNamespace } from '../../src/domain/names.ts';

/**
 * Namespaces in which Airlock never acts, even if an administrator lists them. A user who controls one of these
 * namespaces controls the cluster.
 */
const protectedNamespaces = ['kube-system', 'kube-public', 'kube-node-lease', systemNamespace] as const;

const replicas = z.int().min(1).max(10_000);
/**
 * The key of a label or annotation, or a prefix of keys that ends in `/`. The guardrails insert the text into a CEL
 * string, so quotes are not allowed.
 */
const key = z
  .string()
  .regex(/^[A-Za-z0-9][-A-Za-z0-9_./]*$/, 'expected a label or annotation key, or a prefix ending in /');

/** A node's name, in which `*` matches any characters. The guardrails insert a pattern for it into a CEL string. */
const nodePattern = z
  .string()
  .regex(/^[a-z0-9*][-a-z0-9.*]{0,252}$/, 'expected the name of a node, in which * matches any characters');

const guardrailValuesSchema = z.strictObject({
  /**
   * Namespaces in which Airlock may act. The exec minter (the ServiceAccount with which Vault creates grants) has
   * permissions only in these namespaces. Admission refuses actions in all other namespaces.
   */
  allowedNamespaces: z.array(kubernetesNameSchema).min(1).max(200),
  /** The range of replicas that `scale-workload` may set, from `minReplicas` to `maxReplicas`, both included. */
  minReplicas: replicas,
  maxReplicas: replicas,
  /** Longest lifetime of a minted token, in seconds. At least 600, because Kubernetes issues no shorter token. */
  maxTokenSeconds: z.int().min(600).max(86_400),
  /**
   * The labels and annotations of the pod template that `undo-rollout` may restore. Each entry is a key, or a prefix of
   * keys that ends in `/`.
   */
  undoTemplateLabels: z.array(key).max(50),
  undoTemplateAnnotations: z.array(key).max(50),
  /**
   * Nodes that `cordon-node` and `uncordon-node` may change. If the list is empty, nothing is installed for these
   * actions.
   */
  allowedNodes: z.array(nodePattern).max(200).default([]),
});

/** An administrator's decisions about Airlock's permissions on a cluster. The guardrails contain these values. */
export type GuardrailValues = z.infer<typeof guardrailValuesSchema>;

/**
 * Checks an administrator's values.
 * @throws AirlockError `bad-input` that names the first wrong field.
 */
export function parseGuardrailValues(input: unknown): GuardrailValues {
  const result = guardrailValuesSchema.safeParse(input);
  if (!result.success) {
    const issue = result.error.issues[0];
    throw badInput(issue?.path.join('.') || 'values', issue?.message ?? 'expected a mapping of values');
  }
  const values = result.data;
  values.allowedNamespaces.forEach((name, index) => {
    if (!protectedNamespaces.some((each) => each === name)) return;
    throw badInput(`allowedNamespaces.${index}`, `${name} is a protected namespace: Airlock never acts there`);
  });
  if (values.minReplicas > values.maxReplicas) throw badInput('minReplicas', 'is greater than maxReplicas');
  return values;
}

/**
 * Reads the chart's `values.yaml` or an administrator's own file.
 * @throws AirlockError `bad-input` if a value is wrong, and the errors of Node and the YAML parser.
 */
export async function readGuardrailValues(file: string | URL): Promise<GuardrailValues> {
  return parseGuardrailValues(parse(await readFile(file, 'utf8')));
}
