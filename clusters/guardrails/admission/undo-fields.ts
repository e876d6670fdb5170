/** Metadata of an object that no action changes, because others find, own and keep objects by it. */
export const keptMetadata = ['labels', 'ownerReferences', 'finalizers'] as const;

/** Fields of a Deployment's spec that `undo-rollout` leaves alone: all but the template. */
export const keptDeploymentFields = [
  ...['minReadySeconds', 'paused', 'progressDeadlineSeconds', 'replicas', 'revisionHistoryLimit', 'selector'],
  'strategy',
] as const;

/**
 * Metadata of the template that `undo-rollout` leaves alone, because the ReplicaSet copies finalizers to every pod, and
 * because nothing may hide in the rest. Labels and annotations have bounds of their own.
 */
export const keptTemplateMetadata = [
  ...['finalizers', 'ownerReferences', 'name', 'generateName', 'namespace'],
  ...['uid', 'resourceVersion', 'generation', 'selfLink', 'creationTimestamp', 'deletionTimestamp'],
  ...['deletionGracePeriodSeconds', 'managedFields'],
] as const;

/**
 * Fields of the pod spec that `undo-rollout` leaves alone: who the pod is, what it mounts, where it runs, what of the
 * node it sees. A revision that differs here is a human's to restore: the lock cannot see that a template once was in
 * force, so it must be safe for any template.
 */
export const keptPodFields = [
  ...['serviceAccount', 'serviceAccountName', 'automountServiceAccountToken', 'imagePullSecrets', 'securityContext'],
  ...['volumes', 'resourceClaims', 'hostNetwork', 'hostPID', 'hostIPC', 'hostUsers', 'shareProcessNamespace'],
  ...['nodeName', 'nodeSelector', 'affinity', 'tolerations', 'topologySpreadConstraints', 'schedulerName'],
  ...['schedulingGates', 'priority', 'priorityClassName', 'preemptionPolicy', 'runtimeClassName', 'overhead', 'os'],
  ...['dnsConfig', 'dnsPolicy', 'hostAliases', 'hostname', 'hostnameOverride', 'setHostnameAsFQDN', 'subdomain'],
  ...['enableServiceLinks', 'readinessGates', 'restartPolicy', 'activeDeadlineSeconds', 'ephemeralContainers'],
  ...['resources', 'workloadRef'],
] as const;

/** Fields of the pod spec that `undo-rollout` may restore; containers within the bounds of the lock. */
export const restoredPodFields = ['containers', 'initContainers', 'terminationGracePeriodSeconds'] as const;

/** Fields of a container that stay as they are in the container of the same name. */
export const keptContainerFields = [
  ...['securityContext', 'volumeDevices', 'restartPolicy', 'restartPolicyRules', 'resizePolicy'],
  ...['stdin', 'stdinOnce', 'tty'],
] as const;

/** Fields of a container that may be restored as they were. Mounts are of volumes that stay as they are. */
export const restoredContainerFields = [
  ...['args', 'command', 'imagePullPolicy', 'resources', 'terminationMessagePath', 'terminationMessagePolicy'],
  ...['volumeMounts', 'workingDir'],
] as const;

/**
 * Fields of a container that may be restored within a bound of their own: image (same repository), env and envFrom
 * (no Secret that the pod does not read already), ports (no new port of the node), probes and hooks (the kubelet
 * calls no other host for them).
 */
export const boundedContainerFields = [
  ...['name', 'image', 'env', 'envFrom', 'ports', 'lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'],
] as const;

/** Handlers of probes and hooks whose `httpGet.host` and `tcpSocket.host` make the kubelet call another machine. */
export const handlers = [
  ...['livenessProbe', 'readinessProbe', 'startupProbe', 'lifecycle.?postStart', 'lifecycle.?preStop'],
] as const;
