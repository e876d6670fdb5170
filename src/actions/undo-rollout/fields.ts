/**
 * Fields of the pod spec that `undo-rollout` does not change: the pod's identity, its volumes, where it runs, and its access
 * to the node. A person restores a revision that differs in one of them: admission cannot see whether a template was ever
 * in use, so it must be safe for every template.
 */
export const keptPodFields = [
  'serviceAccount',
  'serviceAccountName',
  'automountServiceAccountToken',
  'imagePullSecrets',
  'securityContext',
  'volumes',
  'resourceClaims',
  'hostNetwork',
  'hostPID',
  'hostIPC',
  'hostUsers',
  'shareProcessNamespace',
  'nodeName',
  'nodeSelector',
  'affinity',
  'tolerations',
  'topologySpreadConstraints',
  'schedulerName',
  'schedulingGates',
  'priority',
  'priorityClassName',
  'preemptionPolicy',
  'runtimeClassName',
  'overhead',
  'os',
  'dnsConfig',
  'dnsPolicy',
  'hostAliases',
  'hostname',
  'hostnameOverride',
  'setHostnameAsFQDN',
  'subdomain',
  'enableServiceLinks',
  'readinessGates',
  'restartPolicy',
  'activeDeadlineSeconds',
  'ephemeralContainers',
  'resources',
  'workloadRef',
] as const;

/** Fields of the pod spec that `undo-rollout` may restore; containers only within the limits below. */
export const restoredPodFields = ['containers', 'initContainers', 'terminationGracePeriodSeconds'] as const;

/** Fields of a container that must equal those of the container of the same name. */
export const keptContainerFields = [
  'securityContext',
  'volumeDevices',
  'restartPolicy',
  'restartPolicyRules',
  'resizePolicy',
  'stdin',
  'stdinOnce',
  'tty',
] as const;

/** Fields of a container that may be restored to any value. Mounts refer to volumes, which do not change. */
export const restoredContainerFields = [
  'args',
  'command',
  'imagePullPolicy',
  'resources',
  'terminationMessagePath',
  'terminationMessagePolicy',
  'volumeMounts',
  'workingDir',
] as const;

/**
 * Fields of a container that may be restored within a limit of their own: image (same repository), env and envFrom (no
 * Secret that the pod does not read already), ports (no new host port), probes and hooks (no other host).
 */
export const limitedContainerFields = [
  'name',
  'image',
  'env',
  'envFrom',
  'ports',
  'lifecycle',
  'livenessProbe',
  'readinessProbe',
  'startupProbe',
] as const;

/** Handlers of probes and hooks: with `httpGet.host` or `tcpSocket.host` the kubelet calls another machine. */
export const handlers = [
  'livenessProbe',
  'readinessProbe',
  'startupProbe',
  'lifecycle.?postStart',
  'lifecycle.?preStop',
] as const;
