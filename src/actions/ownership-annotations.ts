import type { KubeObject } from '../domain/kubernetes/object.ts';
import { metadataPrefix } from '../domain/names.ts';
import { jsonPointer } from '../lib/json/json-pointer.ts';
import type { PatchOperation } from '../domain/plan/patch.ts';
import type { StepReference } from './action.ts';

const annotations = { execution: `${metadataPrefix}execution`, trace: `${metadataPrefix}trace` };

/**
 * Returns a copy of the object with two annotations of this step. `execution` has the ids of the execution and the
 * step; `trace` has the trace id.
 */
export function annotated(live: KubeObject, reference: StepReference): KubeObject {
  const copy = structuredClone(live);
  copy.metadata.annotations = { ...copy.metadata.annotations, ...ownershipAnnotations(reference) };
  return copy;
}

function ownershipAnnotations(reference: StepReference): Record<string, string> {
  return { [annotations.execution]: `${reference.execution}.${reference.step}`, [annotations.trace]: reference.trace };
}

/** The operations of a JSON patch that set the same annotations as `annotated`. */
export function annotationPatch(live: KubeObject, reference: StepReference): PatchOperation[] {
  if (!live.metadata.annotations)
    return [{ op: 'add', path: '/metadata/annotations', value: ownershipAnnotations(reference) }];
  return Object.entries(ownershipAnnotations(reference)).map(([key, value]) => ({
    op: 'add',
    path: jsonPointer('metadata', 'annotations', key),
    value,
  }));
}

/**
 * True if the object has the `execution` annotation of this step. The annotation alone does not prove that the step's
 * change is still in effect. For example, a later `kubectl rollout undo` changes the template, and also copies the
 * annotations of an old ReplicaSet back to the Deployment.
 */
export function hasOwnershipAnnotation(live: KubeObject, reference: StepReference): boolean {
  return live.metadata.annotations?.[annotations.execution] === ownershipAnnotations(reference)[annotations.execution];
}
