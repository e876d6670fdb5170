import { z } from 'zod';
import { digestOf, digestSchema, type Digest } from '../../lib/digest.ts';
import { measurementNameSchema } from '../rehearsal/measurement-name.ts';
import { kubernetesNameSchema } from '../kubernetes/object.ts';

/**
 * Precondition of a step. `uid`: the uid of the object that the step changes. `digest`: the digest of the redacted
 * fields on which the change depends. If the target has another uid or digest, the step is not executed.
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

/** One action with its parameters. For each action, src/actions has a schema of the parameters. */
const stepSchema = z.strictObject({
  id: z.string().regex(/^(do|undo)-[0-9]{1,2}$/),
  action: actionNameSchema,
  parameters: z.record(z.string(), z.union([z.string(), z.int()])),
  precondition: preconditionSchema,
});
export type Step = z.infer<typeof stepSchema>;

/**
 * A plan for one cluster. Its steps change objects of one namespace, or only cluster-scoped objects. All items of
 * `steps` use the same action. All items of `undo` use the same action, which can be different from the action of
 * `steps`. Reason: Vault creates a ServiceAccount for each execution. The name of the ServiceAccount contains one
 * action. The target's admission policies allow the ServiceAccount only the changes of this action (ADR 3, ADR 10).
 */
export const planSchema = z.strictObject({
  version: z.literal('airlock-plan/1'),
  cluster: z.string(),
  /** Absent if the plan changes cluster-scoped objects. */
  namespace: kubernetesNameSchema.optional(),
  playbook: z.strictObject({ name: z.string(), digest: digestSchema }),
  /** The action of `steps`. */
  action: actionNameSchema,
  /** The gateway executes the steps in the order of this list. */
  steps: z.array(stepSchema).min(1).max(20),
  /** The steps that undo `steps`. If the change cannot be undone, `undo` is empty, and `noUndo` is the reason. */
  undo: z.array(stepSchema).max(20),
  noUndo: z.string().optional(),
  /** Success criteria. If the prediction of one of these measurements is missing or unknown, policy denies the plan. */
  success: z.array(measurementNameSchema).min(1).max(20),
  /** One sentence that tells approvers what the plan does. */
  summary: z.string(),
});
export type Plan = z.infer<typeof planSchema>;

/** Returns the digest of a plan. Reports and journal records refer to the plan by this digest. */
export function planDigest(plan: Plan): Digest {
  return digestOf(plan);
}

/** Returns the action of the steps of one direction. If `undo` is empty, returns the action of `steps`. */
export function actionIn(plan: Plan, direction: 'do' | 'undo'): ActionName {
  return stepsOf(plan, direction)[0]?.action ?? plan.action;
}

/** Returns `steps` for the direction `do`, and `undo` for the direction `undo`. */
export function stepsOf(plan: Plan, direction: 'do' | 'undo'): Step[] {
  return direction === 'do' ? plan.steps : plan.undo;
}
