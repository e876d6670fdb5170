import { preconditionOf, bind } from '../actions/registry.ts';
import type { StepReference } from '../actions/action.ts';
import { AirlockError } from '../lib/error.ts';
import { describeRef, type KubeObject, type ObjectRef } from '../domain/kubernetes/object.ts';
import type { Step } from '../domain/plan/plan.ts';
import type { KubernetesApi } from './kubernetes-api.ts';

/**
 * What `runStep` needs from outside. The gateway and the sandbox call `runStep`. In the gateway, `onIntended` and
 * `onApplied` write to the journal and to the ledger. In the sandbox, `onIntended` and `onApplied` do nothing.
 */
export interface StepContext {
  api: KubernetesApi;
  /** Namespace of the plan. Undefined if the step changes a cluster-scoped object. */
  namespace: string | undefined;
  /** The ids that the step writes into annotations. */
  reference: StepReference;
  /**
   * Redacts objects, because a precondition contains a digest of redacted fields. The sandbox contains only redacted
   * objects. So in the sandbox, `redact` returns its input.
   */
  redact: (objects: KubeObject[]) => Promise<KubeObject[]>;
  /**
   * True if an earlier attempt may have applied the step. If true, `runStep` first checks whether the objects show the
   * effect of the step.
   */
  mayBeApplied: boolean;
  /**
   * Called before the write. If this function throws, nothing is written.
   * @param resourceVersion version of the object to change, before the write.
   */
  onIntended: (resourceVersion: string) => Promise<void>;
  /**
   * Called after the write. If an earlier attempt has applied the step, called instead of a write.
   * @param resourceVersion version of the changed object in the last answer of the API server.
   */
  onApplied: (resourceVersion: string) => Promise<void>;
}

/**
 * Runs one step:
 * 1. Reads the objects of the step.
 * 2. If `mayBeApplied` is true and the objects show the effect of the step, calls `onApplied` and returns.
 * 3. Compares the objects with the precondition of the step.
 * 4. Calls `onIntended`.
 * 5. Sends the change as a dry run.
 * 6. Writes the change.
 * 7. Calls `onApplied`.
 * @throws AirlockError `precondition-changed` if an object is not in the state that the step expects;
 * `object-not-found` if an object does not exist; `bad-input` if the namespace or a parameter is invalid; the errors of
 * `api`, `redact`, `onIntended` and `onApplied`.
 */
export async function runStep(step: Step, context: StepContext): Promise<void> {
  const bound = bind(context.namespace, step);
  const refs = bound.action.objectsToRead(bound.input);
  const objects = await readAll(context.api, refs);
  const version = objects[0]?.metadata.resourceVersion ?? ''; // The first object is the object to change.
  if (context.mayBeApplied && bound.action.isApplied(bound.input, objects, context.reference))
    return context.onApplied(version);
  const precondition = preconditionOf(bound, await context.redact(objects));
  if (precondition.uid !== step.precondition.uid || precondition.digest !== step.precondition.digest)
    throw preconditionChanged(step, refs);
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

function preconditionChanged(step: Step, refs: ObjectRef[]): AirlockError {
  const objects = refs.map(describeRef).join(' or ');
  return new AirlockError({
    code: 'precondition-changed',
    message:
      `step ${step.id}: ${objects} is not in the state that the step expects. ` +
      'This attempt wrote nothing. A new plan is needed',
    details: { step: step.id },
  });
}
