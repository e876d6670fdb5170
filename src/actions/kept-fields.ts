/**
 * Metadata of an object that no action may change: controllers find objects by `labels`, `ownerReferences` say which
 * object owns an object, and `finalizers` delay the deletion of an object.
 */
export const keptMetadata = ['labels', 'ownerReferences', 'finalizers'] as const;

/** Fields of a Deployment's spec that an action on its template may not change: all fields except `template`. */
export const keptDeploymentFields = [
  'minReadySeconds',
  'paused',
  'progressDeadlineSeconds',
  'replicas',
  'revisionHistoryLimit',
  'selector',
  'strategy',
] as const;

/**
 * Metadata of a pod template that no action may change: the ReplicaSet copies finalizers to every pod, and the other fields
 * have no use in a template. Labels and annotations have separate validations.
 */
export const keptTemplateMetadata = [
  'finalizers',
  'ownerReferences',
  'name',
  'generateName',
  'namespace',
  'uid',
  'resourceVersion',
  'generation',
  'selfLink',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'managedFields',
] as const;
