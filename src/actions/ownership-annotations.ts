import type { KubeObject } from '../domain/kubernetes/object.ts';
import { metadataPrefix } from '../domain/names.ts';
import { jsonPointer } from '../lib/json/json-pointer.ts';
import type { PatchOperation } from '../domain/plan/patch.ts';
import type { StepReference } from './action.ts';

const annotationKeys = { execution: `${metadataPrefix}execution`, trace: `${metadataPrefix}trace` };

/** The keys of the two annotations that each action writes, except `scale-workload`. */
export const ownershipKeys = Object.values(annotationKeys);

/**
 * Returns a copy of the object with the two annotations of the step. `airlock.dev/execution` contains the ids of the
 * execution and the step, such as `exe-0123456789abcdef.do-1`. `airlock.dev/trace` contains the trace id.
 */
export function withOwnershipAnnotations(live: KubeObject, reference: StepReference): KubeObject {
  const copy = structuredClone(live);
  copy.metadata.annotations = { ...copy.metadata.annotations, ...ownershipAnnotations(reference) };
  return copy;
}

function ownershipAnnotations({ execution, step, trace }: StepReference): Record<string, string> {
  return { [annotationKeys.execution]: `${execution}.${step}`, [annotationKeys.trace]: trace };
}

/** Returns the JSON patch operations that set the two annotations of the step on the object. */
export function ownershipAnnotationPatch(live: KubeObject, reference: StepReference): PatchOperation[] {
  if (!live.metadata.annotations)
    return [{ op: 'add', path: '/metadata/annotations', value: ownershipAnnotations(reference) }];
  return Object.entries(ownershipAnnotations(reference)).map(([key, value]) => ({
    op: 'add',
    path: jsonPointer('metadata', 'annotations', key),
    value,
  }));
}

/**
 * Returns true if the object has the annotation `airlock.dev/execution` of this step. The annotation does not prove
 * that the step's change is still in effect. For example, `kubectl rollout undo` restores an old template together with
 * the annotations of the old ReplicaSet, which can include this annotation.
 */
export function hasOwnershipAnnotation(live: KubeObject, reference: StepReference): boolean {
  const key = annotationKeys.execution;
  return live.metadata.annotations?.[key] === ownershipAnnotations(reference)[key];
}
