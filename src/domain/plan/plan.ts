import { z } from 'zod';
import { digestOf, digestSchema, type Digest } from '../../lib/digest.ts';
import { factNameSchema } from '../rehearsal/measurement-name.ts';
import { kubernetesNameSchema } from '../kubernetes/object.ts';

/** uid and digest of the fields that a step reads or writes, over the redacted form of the objects. */
export const basisSchema = z.strictObject({ uid: z.string().min(1), digest: digestSchema });
export type Basis = z.infer<typeof basisSchema>;

/** Names of the catalogue's actions; a minted identity carries one of them in its username. */
export const actionNameSchema = z.enum([
  'undo-rollout',
  'scale-workload',
  'restart-workload',
  'cordon-node',
  'uncordon-node',
]);
export type ActionName = z.infer<typeof actionNameSchema>;

/** One use of one action. `parameters` are checked by the action's own schema (src/actions). */
export const stepSchema = z.strictObject({
  id: z.string().regex(/^(do|undo)-[0-9]{1,2}$/),
  action: actionNameSchema,
  parameters: z.record(z.string(), z.union([z.string(), z.int()])),
  basis: basisSchema,
});
export type Step = z.infer<typeof stepSchema>;

/**
 * Ordered steps on one namespace of one cluster, or on its cluster-scoped objects, and the steps that would take them
 * back. All steps share one action, and so do those of the undo (ADR 3, ADR 10): the minted identity's name carries it,
 * admission at the target keys on that name, and the undo has an identity of its own.
 */
export const planSchema = z.strictObject({
  version: z.literal('airlock-plan/1'),
  cluster: z.string(),
  /** Absent where the plan touches cluster-scoped objects, and nothing else. */
  namespace: kubernetesNameSchema.optional(),
  playbook: z.strictObject({ name: z.string(), digest: digestSchema }),
  action: actionNameSchema,
  steps: z.array(stepSchema).min(1).max(20),
  /** Empty only where `noUndo` says why. */
  undo: z.array(stepSchema).max(20),
  noUndo: z.string().optional(),
  /** How success is judged: facts that the rehearsal must predict, else policy denies. */
  success: z.array(factNameSchema).min(1).max(20),
  /** One sentence for the approver, made by the playbook from values that occur in the evidence. */
  summary: z.string(),
});
export type Plan = z.infer<typeof planSchema>;

/** What everything later refers to. */
export function planDigest(plan: Plan): Digest {
  return digestOf(plan);
}

/** The action that one direction's identity carries: the one that all of its steps share. */
export function actionIn(plan: Plan, direction: 'do' | 'undo'): ActionName {
  return stepsOf(plan, direction)[0]?.action ?? plan.action;
}

/** The steps of one direction. */
export function stepsOf(plan: Plan, direction: 'do' | 'undo'): Step[] {
  return direction === 'do' ? plan.steps : plan.undo;
}
