/**
 * Key of an annotation of pod templates. `kubectl rollout restart` and the action `restart-workload` write a time into
 * this annotation. The Deployment controller then replaces all pods, because the pod template has changed. The
 * annotation does not change how a container runs.
 */
export const restartedAt = 'kubectl.kubernetes.io/restartedAt';

/**
 * Returns a copy of a pod template without the annotation `restartedAt` and without the label `pod-template-hash`. The
 * Deployment controller adds this label to the template of each ReplicaSet. If two templates differ only in these two
 * entries, the copies are equal.
 */
export function withoutRestart(template: any): unknown {
  const { annotations = {}, labels = {}, ...metadata } = template?.metadata ?? {};
  const { [restartedAt]: _time, ...otherAnnotations } = annotations;
  const { 'pod-template-hash': _hash, ...otherLabels } = labels;
  return { ...template, metadata: { ...metadata, annotations: otherAnnotations, labels: otherLabels } };
}
