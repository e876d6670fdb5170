import type { z } from 'zod';
import type { Json } from '../lib/json/json.ts';
import type { KubeObject, ObjectRef } from '../domain/kubernetes/object.ts';
import type { Change } from '../domain/plan/patch.ts';
import type { ActionName } from '../domain/plan/plan.ts';
import type { PolicyRule } from '../domain/policy/policy-rule.ts';
import type { Tier } from '../domain/policy/verdict.ts';

/**
 * The ids that a step writes into annotations of the object that it changes. A retry reads the annotations to recognise
 * the write of an earlier attempt. An auditor uses the ids to find the journal records of the write. A `scale-workload`
 * step writes no annotations, because the API server ignores annotations of a Scale.
 */
export interface StepReference {
  /** Id of the execution. Before an execution, planning and rehearsal use a placeholder. */
  execution: string;
  /** Id of the step, such as `do-1`. */
  step: string;
  /** Trace id of the incident. Planning and rehearsal use a placeholder. */
  trace: string;
}

/** The parameters of an action, and the namespace of the objects that these parameters name. */
export interface ActionInput<P> {
  /** The empty string if the objects are cluster-scoped. */
  namespace: string;
  parameters: P;
}

/**
 * One action of the registry (registry.ts). Planning, rehearsal, execution and undo call the same methods. No method
 * has side effects. Some methods take a list of objects:
 * - `objects` contains at least the objects of `objectsToRead` that exist. The objects may be redacted.
 * - `observed` contains all objects that the caller has read for the plan.
 *
 * These methods throw AirlockError `object-not-found` if the list lacks an object that the method needs.
 */
export interface Action<P = Record<string, string | number>> {
  readonly name: ActionName;
  /** Schema of the parameters. */
  readonly parameters: z.ZodType<P>;
  /** The lowest tier that a plan with this action can have. */
  readonly lowestTier: Tier;
  /** Kind of the object that the action changes. Nodes have no namespace. */
  readonly changedKind: 'Deployment' | 'Node';
  /** Returns the objects that the caller must read before the change. The first one is the object to change. */
  objectsToRead(input: ActionInput<P>): ObjectRef[];
  /** Returns the smallest RBAC rules that allow reading the objects of `objectsToRead` and making the change. */
  rules(input: ActionInput<P>): PolicyRule[];
  /**
   * Returns the fields on which the change depends. The step's precondition contains a digest of these fields. If one
   * of these fields is not as planned, the step is not executed.
   */
  preconditionFields(input: ActionInput<P>, objects: readonly KubeObject[]): Json;
  /** Returns the reasons why the action must not be used in this state of the objects. Empty if there is no reason. */
  refusals(input: ActionInput<P>, observed: readonly KubeObject[]): string[];
  /** Returns the write. The API server refuses the write if the object has changed since the caller read the object. */
  change(input: ActionInput<P>, objects: readonly KubeObject[], reference: StepReference): Change;
  /**
   * Returns the changed object as it is immediately after the write, before any controller reacts. Unchanged objects
   * may follow in the list.
   */
  objectsAfter(input: ActionInput<P>, objects: readonly KubeObject[], reference: StepReference): KubeObject[];
  /**
   * Returns true if the objects show that the step of `reference` was applied. The same change by another step or
   * client does not count. Exception: `scale-workload` ignores `reference` and compares only the number of replicas.
   */
  isApplied(input: ActionInput<P>, objects: readonly KubeObject[], reference: StepReference): boolean;
  /** Returns the step that reverts the change. If the change cannot be reverted, `noUndo` is the reason. */
  undo(input: ActionInput<P>): { action: ActionName; parameters: P } | { noUndo: string };
}
