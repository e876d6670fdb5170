import { preconditionOf, bind } from '../actions/registry.ts';
import type { StepReference } from '../actions/action.ts';
import { AirlockError } from '../lib/error.ts';
import { describeRef, type KubeObject, type ObjectRef } from '../domain/kubernetes/object.ts';
import type { Step } from '../domain/plan/plan.ts';
import type { KubernetesApi } from './kubernetes-api.ts';

/**
 * What `runStep` needs from outside. The gateway and the sandbox both run steps. The gateway's `onIntended` and
 * `onApplied` write to its ledger. The sandbox has no ledger: there these functions do nothing.
 */
export interface StepContext {
  api: KubernetesApi;
  /** Undefined for steps on cluster-scoped objects. */
  namespace: string | undefined;
  /** Identifies the step in the annotations that it writes. */
  reference: StepReference;
  /**
   * Redacts objects, because a precondition contains a digest of redacted objects. In the sandbox the objects are
   * already redacted, so this function returns them unchanged.
   */
  redact: (objects: KubeObject[]) => Promise<KubeObject[]>;
  /**
   * True if an earlier attempt may have applied the step. `runStep` then first checks whether the objects show the
   * effect of the step. If they do, nothing is written. If false, `runStep` does not check this.
   */
  mayBeApplied: boolean;
  /**
   * Called before the write. If this function throws, nothing is written.
   * @param resourceVersion version of the object as it was read.
   */
  onIntended: (resourceVersion: string) => Promise<void>;
  /**
   * Called after the write, or if an earlier attempt has applied the step.
   * @param resourceVersion version of the object after the write.
   */
  onApplied: (resourceVersion: string) => Promise<void>;
}

/**
 * Runs one step: reads the objects, stops if an earlier attempt has applied the step, compares the precondition, calls
 * `onIntended`, sends the change as a dry run, writes it, and calls `onApplied`.
 * @throws AirlockError `precondition-changed` if an object is not in the state that was approved: nothing was written.
 * Errors of the functions of `context` are passed on.
 */
export async function runStep(step: Step, context: StepContext): Promise<void> {
  const bound = bind(context.namespace, step);
  const objects = await readAll(context.api, bound.action.reads(bound.input));
  const version = objects[0]?.metadata.resourceVersion ?? '';
  if (context.mayBeApplied && bound.action.isApplied(bound.input, objects, context.reference))
    return context.onApplied(version);
  const precondition = preconditionOf(bound, await context.redact(objects));
  if (precondition.uid !== step.precondition.uid || precondition.digest !== step.precondition.digest)
    throw preconditionChanged(step, objects[0]);
  await context.onIntended(version);
  const change = bound.action.change(bound.input, objects, context.reference);
  await context.api.patch(change, { dryRun: true });
  const written = await context.api.patch(change, { dryRun: false });
  await context.onApplied(written.metadata.resourceVersion ?? '');
}

async function readAll(api: KubernetesApi, refs: ObjectRef[]): Promise<KubeObject[]> {
  const objects = await Promise.all(refs.map((ref) => api.get(ref)));
  return objects.filter((object) => object !== undefined);
}

function preconditionChanged(step: Step, object: KubeObject | undefined): AirlockError {
  const where = object
    ? describeRef({ ...object.metadata, apiVersion: object.apiVersion, kind: object.kind })
    : 'object';
  return new AirlockError({
    code: 'precondition-changed',
    message: `step ${step.id}: ${where} has changed since the plan was approved, so nothing was written; a new plan is needed`,
    details: { step: step.id },
  });
}
