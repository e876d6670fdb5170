/**
 * Metadata fields of an object that no action may change. Controllers find objects by their `labels`. `ownerReferences`
 * name the owners of the object. `finalizers` delay the deletion of the object. `generateName` has no effect after the
 * creation of the object.
 */
export const keptMetadata = ['labels', 'ownerReferences', 'finalizers', 'generateName'] as const;

/**
 * Metadata fields that no update can set to a chosen value. The API server refuses the value or ignores it.
 */
export const immutableMetadata = [
  'name',
  'namespace',
  'uid',
  'resourceVersion',
  'generation',
  'selfLink',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
] as const;

/**
 * All fields of a Deployment's spec except `template`. An action that changes `template` may change no other field of
 * the spec.
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
 * new pod. Kubernetes ignores the other fields of this list in a template. `labels` and `annotations` are not in this
 * list, because some actions may change them.
 */
export const keptTemplateMetadata = [
  'finalizers',
  'ownerReferences',
  'generateName',
  'managedFields',
  ...immutableMetadata,
] as const;
