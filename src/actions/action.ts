import type { z } from 'zod';
import type { Json } from '../lib/json.ts';
import type { KubeObject, ObjectRef } from '../domain/kubernetes/object.ts';
import type { Change } from '../domain/plan/patch.ts';
import type { ActionName } from '../domain/plan/plan.ts';
import type { PolicyRule } from '../domain/policy/policy-rule.ts';
import type { Tier } from '../domain/policy/verdict.ts';

/** By which a retry recognises its own work, and an auditor finds the way back to the journal. */
export interface Stamp {
  execution: string;
  step: string;
  trace: string;
}

/** What every method of an action is given: its parameters in one namespace. */
export interface Use<P> {
  /** Empty for actions on cluster-scoped objects. */
  namespace: string;
  parameters: P;
}

/**
 * One entry of the closed catalogue. Everything is pure: the same code proposes, rehearses, executes and undoes.
 * `objects` are always those of `reads`, redacted or real; an object that is missing is simply not among them.
 */
export interface Action<P = Record<string, string | number>> {
  readonly name: ActionName;
  /** One sentence for the approver. */
  readonly summary: string;
  readonly parameters: z.ZodType<P>;
  readonly lowestTier: Tier;
  /** Kind of the object that changes; nodes stand in no namespace. */
  readonly changes: 'Deployment' | 'Node';
  /** Objects to read before the change; the first is the one that changes. */
  reads(use: Use<P>): ObjectRef[];
  /** The smallest RBAC for reading and changing. */
  rules(use: Use<P>): PolicyRule[];
  /** The fields that the step reads or writes; their digest is the basis. */
  basis(use: Use<P>, objects: readonly KubeObject[]): Json;
  /** Why it must not be used here, from everything known around the workload; empty when it may. */
  refusals(use: Use<P>, around: readonly KubeObject[]): string[];
  /** The write, with its preconditions. @throws AirlockError when an object it reads is missing. */
  change(use: Use<P>, objects: readonly KubeObject[], stamp: Stamp): Change;
  /** The same change on the objects as values: what they will be right after the write, before any controller. */
  after(use: Use<P>, objects: readonly KubeObject[], stamp: Stamp): KubeObject[];
  /** Proof of effect: true when the objects show that this very step was applied. */
  applied(use: Use<P>, objects: readonly KubeObject[], stamp: Stamp): boolean;
  /** The step that takes the change back, or the reason why nothing does. */
  undo(use: Use<P>): { action: ActionName; parameters: P } | { none: string };
}
