import { badInput } from '../domain/error.ts';
import type { KubeObject } from '../domain/kubernetes.ts';
import { digestOf } from '../domain/digest.ts';
import type { ActionName, Basis, Step } from '../domain/plan.ts';
import type { Action, Use } from './action.ts';
import { mustFind } from './deployment.ts';
import { restartWorkload } from './restart-workload.ts';
import { scaleWorkload } from './scale-workload.ts';
import { undoRollout } from './undo-rollout.ts';

const catalogue = {
  'undo-rollout': undoRollout,
  'scale-workload': scaleWorkload,
  'restart-workload': restartWorkload,
} as const;

/** An action together with parameters that its schema accepted: nothing else can be run. */
export interface BoundAction {
  action: Action<any>;
  use: Use<any>;
}

/** Checks a step's parameters. @throws AirlockError `bad-input` naming the parameter. */
export function bind(namespace: string, step: Pick<Step, 'action' | 'parameters'>): BoundAction {
  const action: Action<any> = catalogue[step.action];
  const parsed = action.parameters.safeParse(step.parameters);
  if (parsed.success) return { action, use: { namespace, parameters: parsed.data } };
  const issue = parsed.error.issues[0];
  throw badInput([step.action, ...(issue?.path ?? [])].join('.'), issue?.message ?? 'not accepted');
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
