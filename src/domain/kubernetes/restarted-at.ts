/**
 * Annotation of a pod template by which `kubectl rollout restart` makes pods anew, and `restart-workload` too. No part of
 * Kubernetes reads it: templates that differ in nothing else make pods that do the same.
 */
export const restartedAt = 'kubectl.kubernetes.io/restartedAt';

/** A pod template without it, and without the label that the Deployment controller adds to each ReplicaSet. */
export function withoutRestart(template: any): unknown {
  const { annotations = {}, labels = {}, ...metadata } = template?.metadata ?? {};
  const { [restartedAt]: _time, ...otherAnnotations } = annotations;
  const { 'pod-template-hash': _hash, ...otherLabels } = labels;
  return { ...template, metadata: { ...metadata, annotations: otherAnnotations, labels: otherLabels } };
}
