/**
 * Fields of the pod spec that `undo-rollout` may not change. Admission cannot see whether a template was ever in use,
 * so the rules must be safe for every template. If an earlier revision differs in one of these fields, only a person
 * can restore that revision.
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

/**
 * Fields of the pod spec that `undo-rollout` may restore. The three lists of container fields below say what may change
 * in `containers` and `initContainers`.
 */
export const restoredPodFields = ['containers', 'initContainers', 'terminationGracePeriodSeconds'] as const;

/**
 * Fields of a container that `undo-rollout` may not change. Containers before and after the change are matched by name.
 */
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

/**
 * Fields of a container that `undo-rollout` may restore to any value. Even `volumeMounts` is safe, because the pod's
 * volumes do not change.
 */
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
 * Fields of a container that `undo-rollout` may restore within a limit:
 * - `name`: the containers keep their names.
 * - `image`: only from the same repository.
 * - `env`, `envFrom`: only keys of Secrets that the pod already reads.
 * - `ports`: no new host port.
 * - probes and `lifecycle` hooks: no call to another host.
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

/**
 * Probes and hooks of a container, as CEL paths. Their `httpGet.host` and `tcpSocket.host` may not change. Otherwise a
 * restored template could make the kubelet call another machine.
 */
export const handlers = [
  'livenessProbe',
  'readinessProbe',
  'startupProbe',
  'lifecycle.?postStart',
  'lifecycle.?preStop',
] as const;
