import { z } from 'zod';
import { digestOf, digestSchema, type Digest } from '../../lib/digest.ts';
import { measurementNameSchema } from '../rehearsal/measurement-name.ts';
import { kubernetesNameSchema } from '../kubernetes/object.ts';

/**
 * Precondition of a step. `uid`: of the object that the step changes. `digest`: over the redacted fields that the step
 * reads or writes.
 */
export const preconditionSchema = z.strictObject({ uid: z.string().min(1), digest: digestSchema });
export type Precondition = z.infer<typeof preconditionSchema>;

/** Names of the actions in the catalogue (src/actions). */
export const actionNameSchema = z.enum([
  'undo-rollout',
  'scale-workload',
  'restart-workload',
  'cordon-node',
  'uncordon-node',
]);
export type ActionName = z.infer<typeof actionNameSchema>;

/** One action with its parameters. The action's own schema checks the parameters (src/actions). */
const stepSchema = z.strictObject({
  id: z.string().regex(/^(do|undo)-[0-9]{1,2}$/),
  action: actionNameSchema,
  parameters: z.record(z.string(), z.union([z.string(), z.int()])),
  precondition: preconditionSchema,
});
export type Step = z.infer<typeof stepSchema>;

/**
 * Ordered steps, and the steps that undo them. All changed objects are in one cluster. Either all are in one namespace,
 * or all are cluster-scoped. All of `steps` use one action, and all of `undo` use one action (ADR 3, ADR 10): Vault
 * creates a ServiceAccount for each execution, and its name contains one action. The target's admission policies match
 * on this name.
 */
export const planSchema = z.strictObject({
  version: z.literal('airlock-plan/1'),
  cluster: z.string(),
  /** Absent if the plan changes cluster-scoped objects. */
  namespace: kubernetesNameSchema.optional(),
  playbook: z.strictObject({ name: z.string(), digest: digestSchema }),
  action: actionNameSchema,
  steps: z.array(stepSchema).min(1).max(20),
  /** Empty only if the change cannot be undone; `noUndo` then gives the reason. */
  undo: z.array(stepSchema).max(20),
  noUndo: z.string().optional(),
  /** Success criteria. If the rehearsal does not predict one of these measurements, policy denies the plan. */
  success: z.array(measurementNameSchema).min(1).max(20),
  /** One sentence for the approver. */
  summary: z.string(),
});
export type Plan = z.infer<typeof planSchema>;

/** Returns the digest of a plan. Reports and journal records refer to the plan by this digest. */
export function planDigest(plan: Plan): Digest {
  return digestOf(plan);
}

/** Returns the action that all steps of one direction use. Without undo steps, `undo` gives the plan's action. */
export function actionIn(plan: Plan, direction: 'do' | 'undo'): ActionName {
  return stepsOf(plan, direction)[0]?.action ?? plan.action;
}

/** Returns the steps of one direction. */
export function stepsOf(plan: Plan, direction: 'do' | 'undo'): Step[] {
  return direction === 'do' ? plan.steps : plan.undo;
}
