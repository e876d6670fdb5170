import { badInput } from '../lib/error.ts';
import type { KubeObject } from '../domain/kubernetes/object.ts';
import { digestOf } from '../lib/digest.ts';
import { actionNameSchema, type ActionName, type Precondition, type Step } from '../domain/plan/plan.ts';
import type { Action, ActionInput } from './action.ts';
import { cordonNode } from './cordon-node/action.ts';
import { cordonNodeGuardrail } from './cordon-node/guardrail.ts';
import { mustFind } from './deployment.ts';
import type { ActionGuardrail, ActionLimits } from './guardrails/guardrail.ts';
import { restartWorkload } from './restart-workload/action.ts';
import { restartWorkloadGuardrail } from './restart-workload/guardrail.ts';
import { scaleWorkload } from './scale-workload/action.ts';
import { scaleWorkloadGuardrail } from './scale-workload/guardrail.ts';
import { uncordonNode } from './uncordon-node/action.ts';
import { uncordonNodeGuardrail } from './uncordon-node/guardrail.ts';
import { undoRollout } from './undo-rollout/action.ts';
import { undoRolloutGuardrail } from './undo-rollout/guardrail.ts';

/** An action, and the function that returns its admission rules. */
interface RegisteredAction {
  action: Action<any>;
  guardrail: (limits: ActionLimits) => ActionGuardrail;
}

/**
 * All actions. To add an action:
 * 1. Add its name to `actionNameSchema`.
 * 2. Add a folder to src/actions, with action.ts, guardrail.ts, policy.rego and their tests.
 * 3. Add a line to this table. Without this line, the type check fails.
 */
const registry: Readonly<Record<ActionName, RegisteredAction>> = {
  'undo-rollout': { action: undoRollout, guardrail: undoRolloutGuardrail },
  'scale-workload': { action: scaleWorkload, guardrail: scaleWorkloadGuardrail },
  'restart-workload': { action: restartWorkload, guardrail: restartWorkloadGuardrail },
  'cordon-node': { action: cordonNode, guardrail: cordonNodeGuardrail },
  'uncordon-node': { action: uncordonNode, guardrail: uncordonNodeGuardrail },
};

/** Names of the actions that change objects of a namespace. */
export const namespacedActions = actionNameSchema.options.filter((name) => !isClusterScoped(actionOf(name)));
/** Names of the actions that change nodes. Nodes have no namespace. */
export const nodeActions = actionNameSchema.options.filter((name) => isClusterScoped(actionOf(name)));

/** An action, and an input that `bind` has checked for this action. */
export interface BoundAction {
  action: Action<any>;
  input: ActionInput<any>;
}

/**
 * Checks the namespace and the parameters of a step, and returns the step's action with its input. A step that changes
 * namespaced objects must have a namespace. A step that changes cluster-scoped objects must not have a namespace.
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

/** Returns true if the action changes cluster-scoped objects. */
export function isClusterScoped({ changedKind }: Pick<Action<any>, 'changedKind'>): boolean {
  return changedKind === 'Node';
}

/** Returns the action with this name. */
export function actionOf(name: ActionName): Action<any> {
  return registry[name].action;
}

/** Returns the admission rules of an action. `limits` are the administrator's limits in the target cluster. */
export function guardrailOf(name: ActionName, limits: ActionLimits): ActionGuardrail {
  return registry[name].guardrail(limits);
}

/** Computes the precondition of a step from redacted objects. @throws AirlockError `object-not-found`. */
export function preconditionOf({ action, input }: BoundAction, objects: readonly KubeObject[]): Precondition {
  const [changedRef] = action.objectsToRead(input);
  if (!changedRef) throw new TypeError(`objectsToRead of ${action.name} returned an empty list`);
  const { uid = '' } = mustFind(objects, changedRef).metadata;
  return { uid, digest: digestOf(action.preconditionFields(input, objects)) };
}
