import { badInput } from '../lib/error.ts';
import type { KubeObject } from '../domain/kubernetes/object.ts';
import { digestOf } from '../lib/digest.ts';
import { actionNameSchema, type ActionName, type Precondition, type Step } from '../domain/plan/plan.ts';
import type { Action, Use } from './action.ts';
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

/** An action, and what admission at the target lets its identities write. */
interface RegisteredAction {
  action: Action<any>;
  guardrail: (limits: ActionLimits) => ActionGuardrail;
}

/**
 * The closed list of actions. An action is a folder here (action, guardrail, policy rule, tests), one line in this table, and
 * its name in `actionNameSchema`; the type demands a line for every name.
 */
const registry: Readonly<Record<ActionName, RegisteredAction>> = {
  'undo-rollout': { action: undoRollout, guardrail: undoRolloutGuardrail },
  'scale-workload': { action: scaleWorkload, guardrail: scaleWorkloadGuardrail },
  'restart-workload': { action: restartWorkload, guardrail: restartWorkloadGuardrail },
  'cordon-node': { action: cordonNode, guardrail: cordonNodeGuardrail },
  'uncordon-node': { action: uncordonNode, guardrail: uncordonNodeGuardrail },
};

/** Actions on objects of a namespace. */
export const namespacedActions = actionNameSchema.options.filter((name) => !isClusterScoped(actionOf(name)));
/** Actions on nodes, which have no namespace. */
export const nodeActions = actionNameSchema.options.filter((name) => isClusterScoped(actionOf(name)));

/** An action with parameters that its schema has accepted: only such an action can run. */
export interface BoundAction {
  action: Action<any>;
  use: Use<any>;
}

/**
 * Checks a step's parameters, and that it has a namespace exactly if its objects have one.
 * @throws AirlockError `bad-input` that names the wrong field.
 */
export function bind(namespace: string | undefined, step: Pick<Step, 'action' | 'parameters'>): BoundAction {
  const action = actionOf(step.action);
  if ((namespace === undefined) !== isClusterScoped(action)) {
    throw badInput(
      'namespace',
      namespace === undefined ? `${action.name} needs one` : `${action.name} must not have one`,
    );
  }
  const parsed = action.parameters.safeParse(step.parameters);
  if (parsed.success) return { action, use: { namespace: namespace ?? '', parameters: parsed.data } };
  const issue = parsed.error.issues[0];
  throw badInput([step.action, ...(issue?.path ?? [])].join('.'), issue?.message ?? 'is not accepted');
}

/** True for an action on objects without a namespace. */
export function isClusterScoped({ changes }: Pick<Action<any>, 'changes'>): boolean {
  return changes === 'Node';
}

/** The action of that name. */
export function actionOf(name: ActionName): Action<any> {
  return registry[name].action;
}

/** The guardrail of the action of that name, under an administrator's limits. */
export function guardrailOf(name: ActionName, limits: ActionLimits): ActionGuardrail {
  return registry[name].guardrail(limits);
}

/** The precondition of a bound action over redacted objects. @throws AirlockError `object-not-found`. */
export function preconditionOf({ action, use }: BoundAction, objects: readonly KubeObject[]): Precondition {
  const [target] = action.reads(use);
  if (!target) throw new TypeError(`action ${action.name} reads nothing`);
  return { uid: mustFind(objects, target).metadata.uid ?? '', digest: digestOf(action.precondition(use, objects)) };
}
