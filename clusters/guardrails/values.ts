import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';
import { badInput } from '../../src/lib/error.ts';
import { kubernetesNameSchema } from '../../src/domain/kubernetes/object.ts';
import { systemNamespace } from '../../src/domain/names.ts';

/** Namespaces in which Airlock never acts, whatever an owner writes down: who controls them controls the cluster. */
export const protectedNamespaces = ['kube-system', 'kube-public', 'kube-node-lease', systemNamespace] as const;

const replicas = z.int().min(1).max(10_000);
/** A label or annotation key, or a prefix that ends in `/`. Goes into CEL text: nothing that could end a string. */
const key = z
  .string()
  .regex(/^[A-Za-z0-9][-A-Za-z0-9_./]*$/, 'expected a label or annotation key, or a prefix ending in /');

/** A node's name in which `*` stands for anything. Goes into CEL text too. */
const nodePattern = z
  .string()
  .regex(/^[a-z0-9*][-a-z0-9.*]{0,252}$/, 'expected the name of a node, in which * is anything');

const ownerValuesSchema = z.strictObject({
  /** Namespaces in which Airlock may act: the minter's rights are bound there and admission knows no other. */
  allowedNamespaces: z.array(kubernetesNameSchema).min(1).max(200),
  /** The range of `scale-workload`, both ends included. */
  minReplicas: replicas,
  maxReplicas: replicas,
  /** Longest life of a minted token, in seconds; Kubernetes issues none below 600. */
  maxTokenSeconds: z.int().min(600).max(86_400),
  /** Keys (or prefixes ending in `/`) of the pod template's labels and annotations that `undo-rollout` may restore. */
  undoTemplateLabels: z.array(key).max(50),
  undoTemplateAnnotations: z.array(key).max(50),
  /** Nodes that `cordon-node` and `uncordon-node` may change; none: nothing of these actions is installed. */
  allowedNodes: z.array(nodePattern).max(200).default([]),
});

/** What the owner of a target decides about Airlock's rights there: the one table that all locks are rendered from. */
export type OwnerValues = z.infer<typeof ownerValuesSchema>;

/** RE2 that matches the names of the nodes on which Airlock may act. */
export function allowedNodeNames({ allowedNodes }: OwnerValues): string {
  const patterns = allowedNodes.map((pattern) => pattern.replaceAll('.', '[.]').replaceAll('*', '[-a-z0-9.]*'));
  return `^(${patterns.join('|')})$`;
}

/**
 * Checks an owner's table.
 * @throws AirlockError `bad-input` that names the first wrong field.
 */
export function parseOwnerValues(input: unknown): OwnerValues {
  const result = ownerValuesSchema.safeParse(input);
  if (!result.success) {
    const issue = result.error.issues[0];
    throw badInput(issue?.path.join('.') || 'values', issue?.message ?? 'not a table of values');
  }
  const values = result.data;
  values.allowedNamespaces.forEach((name, index) => {
    if (!protectedNamespaces.some((taken) => taken === name)) return;
    throw badInput(`allowedNamespaces.${index}`, `${name} is a protected namespace: Airlock never acts there`);
  });
  if (values.minReplicas > values.maxReplicas) throw badInput('minReplicas', 'is greater than maxReplicas');
  return values;
}

/** Reads a table (the chart's `values.yaml` or an owner's own file). @throws AirlockError `bad-input`. */
export async function readOwnerValues(file: string | URL): Promise<OwnerValues> {
  return parseOwnerValues(parse(await readFile(file, 'utf8')));
}
