import { preconditionOf, bind } from '../actions/registry.ts';
import type { StepReference } from '../actions/action.ts';
import { AirlockError } from '../lib/error.ts';
import { describeRef, type KubeObject, type ObjectRef } from '../domain/kubernetes/object.ts';
import type { Step } from '../domain/plan/plan.ts';
import type { KubernetesApi } from './kubernetes-api.ts';

/** What a step runs with. The gateway writes its ledger in the two callbacks; the sandbox has no ledger. */
export interface StepContext {
  api: KubernetesApi;
  /** Undefined for steps on cluster-scoped objects. */
  namespace: string | undefined;
  reference: StepReference;
  /** Redacts real objects: preconditions are computed over the redacted form. The sandbox's objects are redacted already. */
  redact: (objects: KubeObject[]) => Promise<KubeObject[]>;
  /** True when an earlier attempt may have written. Only then does an effect that is already there count as this step's. */
  retry: boolean;
  /** Called before anything is written. If it fails, the step stops. */
  intended: (resourceVersion: string) => Promise<void>;
  /** Called after the write, or when the effect of an earlier attempt is found. */
  applied: (resourceVersion: string) => Promise<void>;
}

/**
 * Runs one step: reads the objects, recognises the effect of an earlier attempt, compares the precondition, reports the
 * intent, sends the change as a dry run, and writes.
 * @throws AirlockError `precondition-changed` when the target is not as approved. Nothing was written then.
 */
export async function runStep(step: Step, context: StepContext): Promise<void> {
  const bound = bind(context.namespace, step);
  const objects = await readAll(context.api, bound.action.reads(bound.use));
  const version = objects[0]?.metadata.resourceVersion ?? '';
  if (context.retry && bound.action.applied(bound.use, objects, context.reference)) return context.applied(version);
  const precondition = preconditionOf(bound, await context.redact(objects));
  if (precondition.uid !== step.precondition.uid || precondition.digest !== step.precondition.digest)
    throw preconditionChanged(step, objects[0]);
  await context.intended(version);
  const change = bound.action.change(bound.use, objects, context.reference);
  await context.api.patch(change, { dryRun: true });
  const written = await context.api.patch(change, { dryRun: false });
  await context.applied(written.metadata.resourceVersion ?? '');
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
    message: `step ${step.id}: ${where} has changed since the plan was approved; nothing was written; plan and rehearse again`,
    details: { step: step.id },
  });
}
