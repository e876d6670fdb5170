import { basisOf, bind } from '../actions/catalogue.ts';
import type { Stamp } from '../actions/action.ts';
import { AirlockError } from '../lib/error.ts';
import { describeRef, type KubeObject, type ObjectRef } from '../domain/kubernetes/object.ts';
import type { Step } from '../domain/plan/plan.ts';
import type { KubernetesApi } from './kubernetes-api.ts';

/** What a step runs with. The gateway writes its ledger in the two callbacks; the sandbox has none. */
export interface StepContext {
  api: KubernetesApi;
  /** Absent for steps on cluster-scoped objects. */
  namespace: string | undefined;
  stamp: Stamp;
  /** The redacted form of real objects, over which bases are computed; the sandbox's objects are redacted already. */
  redact: (objects: KubeObject[]) => Promise<KubeObject[]>;
  /** True when an earlier try may have written: only then may an effect that is already there be recognised as ours. */
  retry: boolean;
  /** Called before anything is written; its failure stops the step. */
  intended: (resourceVersion: string) => Promise<void>;
  applied: (resourceVersion: string) => Promise<void>;
}

/**
 * Runs one step: read, recognise an earlier try, compare the basis, say what is intended, try without writing, write.
 * @throws AirlockError `basis-changed` when the target is not what was signed: nothing was written.
 */
export async function runStep(step: Step, context: StepContext): Promise<void> {
  const bound = bind(context.namespace, step);
  const objects = await readAll(context.api, bound.action.reads(bound.use));
  const version = objects[0]?.metadata.resourceVersion ?? '';
  if (context.retry && bound.action.applied(bound.use, objects, context.stamp)) return context.applied(version);
  const basis = basisOf(bound, await context.redact(objects));
  if (basis.uid !== step.basis.uid || basis.digest !== step.basis.digest) throw basisChanged(step, objects[0]);
  await context.intended(version);
  const change = bound.action.change(bound.use, objects, context.stamp);
  await context.api.patch(change, { dryRun: true });
  const written = await context.api.patch(change, { dryRun: false });
  await context.applied(written.metadata.resourceVersion ?? '');
}

async function readAll(api: KubernetesApi, refs: ObjectRef[]): Promise<KubeObject[]> {
  const objects = await Promise.all(refs.map((ref) => api.get(ref)));
  return objects.filter((object) => object !== undefined);
}

function basisChanged(step: Step, object: KubeObject | undefined): AirlockError {
  const where = object
    ? describeRef({ ...object.metadata, apiVersion: object.apiVersion, kind: object.kind })
    : 'object';
  return new AirlockError({
    code: 'basis-changed',
    message: `step ${step.id}: ${where} is not what was signed; nothing was written; plan and rehearse again`,
    next: 'stop',
    details: { step: step.id },
  });
}
