import type { z } from 'zod';
import type { Json } from '../lib/json.ts';
import type { KubeObject, ObjectRef } from '../domain/kubernetes/object.ts';
import type { Change } from '../domain/plan/patch.ts';
import type { ActionName } from '../domain/plan/plan.ts';
import type { PolicyRule } from '../domain/policy/policy-rule.ts';
import type { Tier } from '../domain/policy/verdict.ts';

/** The step that wrote an object: a retry recognises its own write by it, and an auditor finds the journal entries. */
export interface StepReference {
  execution: string;
  step: string;
  trace: string;
}

/** The parameters of one use of an action, and their namespace. */
export interface Use<P> {
  /** Empty for actions on cluster-scoped objects. */
  namespace: string;
  parameters: P;
}

/**
 * One entry of the closed registry. All methods are pure: the same code proposes, rehearses, executes and undoes.
 * `objects` are the objects of `reads`, redacted or real, without those that do not exist.
 */
export interface Action<P = Record<string, string | number>> {
  readonly name: ActionName;
  /** One sentence for the approver. */
  readonly summary: string;
  readonly parameters: z.ZodType<P>;
  readonly lowestTier: Tier;
  /** Kind of the object that changes. Nodes have no namespace. */
  readonly changes: 'Deployment' | 'Node';
  /** Objects to read before the change. The first is the one that changes. */
  reads(use: Use<P>): ObjectRef[];
  /** The smallest RBAC rules for reading and changing. */
  rules(use: Use<P>): PolicyRule[];
  /** The fields that the step reads or writes; their digest is the precondition. */
  precondition(use: Use<P>, objects: readonly KubeObject[]): Json;
  /** Why the action must not be used, judged by all observed objects. Empty if it may be used. */
  refusals(use: Use<P>, observed: readonly KubeObject[]): string[];
  /** The write with its preconditions. @throws AirlockError `object-not-found`. */
  change(use: Use<P>, objects: readonly KubeObject[], reference: StepReference): Change;
  /** The objects right after the write, before any controller acts. */
  after(use: Use<P>, objects: readonly KubeObject[], reference: StepReference): KubeObject[];
  /** True if the objects prove that this step, and not another one, was applied. */
  applied(use: Use<P>, objects: readonly KubeObject[], reference: StepReference): boolean;
  /** The step that reverts the change, or why there is none. */
  undo(use: Use<P>): { action: ActionName; parameters: P } | { none: string };
}
