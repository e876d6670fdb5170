import { badInput } from '../lib/error.ts';
import type { KubeObject } from '../domain/kubernetes/object.ts';
import { digestOf } from '../lib/digest.ts';
import { actionNameSchema, type ActionName, type Precondition, type Step } from '../domain/plan/plan.ts';
import type { Action, ActionInput } from './action.ts';
import { cordonNode } from './cordon-node/action.ts';
import { cordonNodeGuardrail } from './cordon-node/guardrail.ts';
import { mustFind } from './deployment.ts';
import type { ActionGuardrail, ActionLimits } from './guardrail.ts';
import { restartWorkload } from './restart-workload/action.ts';
import { restartWorkloadGuardrail } from './restart-workload/guardrail.ts';
import { scaleWorkload } from './scale-workload/action.ts';
import { scaleWorkloadGuardrail } from './scale-workload/guardrail.ts';
import { uncordonNode } from './uncordon-node/action.ts';
import { uncordonNodeGuardrail } from './uncordon-node/guardrail.ts';
import { undoRollout } from './undo-rollout/action.ts';
import { undoRolloutGuardrail } from './undo-rollout/guardrail.ts';

/** An action, and its admission rules for a target cluster. */
interface RegisteredAction {
  action: Action<any>;
  guardrail: (limits: ActionLimits) => ActionGuardrail;
}

/**
 * All actions. No code adds actions at run time. To add an action, write a folder here (action, guardrail, policy rule,
 * tests), a line in this table, and a name in `actionNameSchema`. The type of the table demands a line for every name.
 */
const registry: Readonly<Record<ActionName, RegisteredAction>> = {
  'undo-rollout': { action: undoRollout, guardrail: undoRolloutGuardrail },
  'scale-workload': { action: scaleWorkload, guardrail: scaleWorkloadGuardrail },
  'restart-workload': { action: restartWorkload, guardrail: restartWorkloadGuardrail },
  'cordon-node': { action: cordonNode, guardrail: cordonNodeGuardrail },
  'uncordon-node': { action: uncordonNode, guardrail: uncordonNodeGuardrail },
};

/** Names of the actions on objects in a namespace. */
export const namespacedActions = actionNameSchema.options.filter((name) => !isClusterScoped(actionOf(name)));
/** Names of the actions on nodes, which have no namespace. */
export const nodeActions = actionNameSchema.options.filter((name) => isClusterScoped(actionOf(name)));

/**
 * An action with an input that its schema has accepted. Only `bind` creates bound actions, so no action
 * runs with unchecked parameters.
 */
export interface BoundAction {
  action: Action<any>;
  input: ActionInput<any>;
}

/**
 * Checks the parameters and the namespace of a step. An action on namespaced objects needs a namespace; an action on
 * cluster-scoped objects must have none.
 * @throws AirlockError `bad-input` that names the invalid field.
 */
export function bind(namespace: string | undefined, step: Pick<Step, 'action' | 'parameters'>): BoundAction {
  const action = actionOf(step.action);
  if ((namespace === undefined) !== isClusterScoped(action)) {
    throw badInput(
      'namespace',
      namespace === undefined ? `${action.name} needs a namespace` : `${action.name} must not have a namespace`,
    );
  }
  const parsed = action.parameters.safeParse(step.parameters);
  if (parsed.success) return { action, input: { namespace: namespace ?? '', parameters: parsed.data } };
  const issue = parsed.error.issues[0];
  throw badInput([step.action, ...(issue?.path ?? [])].join('.'), issue?.message ?? 'is not accepted');
}

/** True for an action on cluster-scoped objects. */
export function isClusterScoped({ targetKind }: Pick<Action<any>, 'targetKind'>): boolean {
  return targetKind === 'Node';
}

/** The action with this name. */
export function actionOf(name: ActionName): Action<any> {
  return registry[name].action;
}

/** The admission rules of the action with this name, with the limits that a cluster's administrator has set. */
export function guardrailOf(name: ActionName, limits: ActionLimits): ActionGuardrail {
  return registry[name].guardrail(limits);
}

/** Computes the precondition of an action from redacted objects. @throws AirlockError `object-not-found`. */
export function preconditionOf({ action, input }: BoundAction, objects: readonly KubeObject[]): Precondition {
  const [target] = action.reads(input);
  if (!target) throw new TypeError(`action ${action.name} reads nothing`);
  return { uid: mustFind(objects, target).metadata.uid ?? '', digest: digestOf(action.precondition(input, objects)) };
}
