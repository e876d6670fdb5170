import type { z } from 'zod';
import type { Json } from '../lib/json/json.ts';
import type { KubeObject, ObjectRef } from '../domain/kubernetes/object.ts';
import type { Change } from '../domain/plan/patch.ts';
import type { ActionName } from '../domain/plan/plan.ts';
import type { PolicyRule } from '../domain/policy/policy-rule.ts';
import type { Tier } from '../domain/policy/verdict.ts';

/**
 * Identifies the step that writes an object. The step writes these ids into annotations of the object (not for
 * `scale-workload`: a Scale has no annotations). With the annotations, a retry recognises its own write, and an auditor
 * finds the journal records of the write.
 */
export interface StepReference {
  /** Id of the execution. */
  execution: string;
  /** Id of the step, such as `do-1`. */
  step: string;
  /** Trace id of the incident. */
  trace: string;
}

/** The input of an action: its parameters, and the namespace of the objects that the parameters name. */
export interface ActionInput<P> {
  /** The empty string for actions on cluster-scoped objects. */
  namespace: string;
  parameters: P;
}

/**
 * One action of the registry (registry.ts). All methods are pure, so the same code proposes, rehearses, executes and
 * undoes a change. The parameter `objects` contains at least the existing objects that `reads` names, with or without
 * redaction.
 */
export interface Action<P = Record<string, string | number>> {
  readonly name: ActionName;
  /** What the action does, in one sentence for the approver. */
  readonly summary: string;
  /** Schema of the parameters. */
  readonly parameters: z.ZodType<P>;
  /** The lowest risk tier that a plan with this action can have. */
  readonly lowestTier: Tier;
  /** Kind of the object that the action changes. Nodes have no namespace. */
  readonly targetKind: 'Deployment' | 'Node';
  /** The objects that must be read before the change. The first of them is the object that the action changes. */
  reads(input: ActionInput<P>): ObjectRef[];
  /** The smallest RBAC rules that allow reading the objects of `reads` and making the change. */
  rules(input: ActionInput<P>): PolicyRule[];
  /** The fields that the action reads or writes. Their digest is the precondition of the step. */
  precondition(input: ActionInput<P>, objects: readonly KubeObject[]): Json;
  /** The reasons why the action must not be used, given all observed objects. Empty if the action may be used. */
  refusals(input: ActionInput<P>, observed: readonly KubeObject[]): string[];
  /**
   * The write. Its patch fails if the object has changed since it was read. @throws AirlockError `object-not-found`.
   */
  change(input: ActionInput<P>, objects: readonly KubeObject[], reference: StepReference): Change;
  /** The changed objects as they are immediately after the write, before any controller reacts to the write. */
  objectsAfter(input: ActionInput<P>, objects: readonly KubeObject[], reference: StepReference): KubeObject[];
  /**
   * True if the objects show that this step was applied. The same change by another step or client does not count,
   * except for `scale-workload`, which can compare only the number of replicas.
   */
  isApplied(input: ActionInput<P>, objects: readonly KubeObject[], reference: StepReference): boolean;
  /** The step that reverts the change, or the reason why the change cannot be reverted. */
  undo(input: ActionInput<P>): { action: ActionName; parameters: P } | { none: string };
}
