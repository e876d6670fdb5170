/**
 * An annotation of the pod template. `kubectl rollout restart` and the action `restart-workload` set the annotation to
 * replace all pods. No component of Kubernetes reads the annotation, so it does not change how the new pods behave.
 */
export const restartedAt = 'kubectl.kubernetes.io/restartedAt';

/**
 * Returns a pod template without `restartedAt` and without the label `pod-template-hash`, which the Deployment
 * controller adds to each ReplicaSet. Two templates that differ only in a restart are then equal.
 */
export function withoutRestart(template: any): unknown {
  const { annotations = {}, labels = {}, ...metadata } = template?.metadata ?? {};
  const { [restartedAt]: _time, ...otherAnnotations } = annotations;
  const { 'pod-template-hash': _hash, ...otherLabels } = labels;
  return { ...template, metadata: { ...metadata, annotations: otherAnnotations, labels: otherLabels } };
}
