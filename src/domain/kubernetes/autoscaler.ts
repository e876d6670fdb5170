import type { KubeObject, ObjectRef } from './object.ts';

/** Returns the HorizontalPodAutoscaler whose target is the workload, if there is one. */
export function autoscalerOf(objects: readonly KubeObject[], workload: ObjectRef): KubeObject | undefined {
  return objects.find((object) => {
    const target = object['spec']?.scaleTargetRef;
    return (
      object.kind === 'HorizontalPodAutoscaler' &&
      object.metadata.namespace === workload.namespace &&
      target?.kind === workload.kind &&
      target?.name === workload.name
    );
  });
}
