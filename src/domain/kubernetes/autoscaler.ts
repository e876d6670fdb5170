import type { KubeObject, ObjectRef } from './object.ts';

/** Returns the HorizontalPodAutoscaler that scales the workload, if there is one. */
export function autoscalerOf(objects: readonly KubeObject[], workload: ObjectRef): KubeObject | undefined {
  return objects.find((object) => {
    const scaled = object['spec']?.scaleTargetRef;
    return (
      object.kind === 'HorizontalPodAutoscaler' &&
      object.metadata.namespace === workload.namespace &&
      scaled?.kind === workload.kind &&
      scaled?.name === workload.name
    );
  });
}
