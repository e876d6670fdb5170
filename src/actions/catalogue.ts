import { badInput } from '../lib/error.ts';
import type { KubeObject } from '../domain/kubernetes/object.ts';
import { digestOf } from '../lib/digest.ts';
import type { ActionName, Basis, Step } from '../domain/plan/plan.ts';
import type { Action, Use } from './action.ts';
import { cordonNode, uncordonNode } from './cordon-node/action.ts';
import { mustFind } from './deployment.ts';
import { restartWorkload } from './restart-workload/action.ts';
import { scaleWorkload } from './scale-workload/action.ts';
import { undoRollout } from './undo-rollout/action.ts';

const catalogue = {
  'undo-rollout': undoRollout,
  'scale-workload': scaleWorkload,
  'restart-workload': restartWorkload,
  'cordon-node': cordonNode,
  'uncordon-node': uncordonNode,
} as const;

/** An action together with parameters that its schema accepted: nothing else can be run. */
export interface BoundAction {
  action: Action<any>;
  use: Use<any>;
}

/**
 * Checks a step's parameters, and that it is where its objects are: in a namespace, or in none.
 * @throws AirlockError `bad-input` naming what is wrong.
 */
export function bind(namespace: string | undefined, step: Pick<Step, 'action' | 'parameters'>): BoundAction {
  const action: Action<any> = catalogue[step.action];
  if ((namespace === undefined) !== isClusterScoped(action)) {
    throw badInput('namespace', namespace === undefined ? `is needed by ${action.name}` : `${action.name} has none`);
  }
  const parsed = action.parameters.safeParse(step.parameters);
  if (parsed.success) return { action, use: { namespace: namespace ?? '', parameters: parsed.data } };
  const issue = parsed.error.issues[0];
  throw badInput([step.action, ...(issue?.path ?? [])].join('.'), issue?.message ?? 'not accepted');
}

/** True for an action on objects that stand in no namespace. */
export function isClusterScoped({ changes }: Pick<Action<any>, 'changes'>): boolean {
  return changes === 'Node';
}

/** The catalogue's entry of that name. */
export function actionOf(name: ActionName): Action<any> {
  return catalogue[name];
}

/** The basis of a bound action among redacted objects. @throws AirlockError when an object is gone. */
export function basisOf({ action, use }: BoundAction, objects: readonly KubeObject[]): Basis {
  const [target] = action.reads(use);
  if (!target) throw new TypeError(`action ${action.name} reads nothing`);
  return { uid: mustFind(objects, target).metadata.uid ?? '', digest: digestOf(action.basis(use, objects)) };
}
