/**
 * Metadata fields that no action may change. Controllers find objects by `labels`. `ownerReferences` name the owners of
 * an object. `finalizers` delay the deletion of an object.
 */
export const keptMetadata = ['labels', 'ownerReferences', 'finalizers'] as const;

/**
 * All fields of a Deployment's spec except `template`. An action that changes the template may not change these fields.
 */
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
 * Metadata fields of a pod template that no action may change. The ReplicaSet controller copies `finalizers` to every
 * pod. The other fields have no use in a template. `labels` and `annotations` have separate validations.
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
