import { findObject, type KubeObject, type ObjectRef } from '../../src/domain/kubernetes/object.ts';

/** The HorizontalPodAutoscaler that scales a workload, where there is one. */
export function autoscalerOf(objects: readonly KubeObject[], workload: ObjectRef): KubeObject | undefined {
  if (!findObject(objects, workload)) return undefined;
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
