/**
 * Fields of the pod spec that `undo-rollout` must not change. An admission policy cannot read earlier revisions, so it
 * cannot refuse a template that was never in use. Through these fields, such a template could give the pods more
 * rights. If an earlier revision differs in one of these fields, Airlock cannot restore that revision.
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

/** Fields of a container that `undo-rollout` must not change. A container is identified by its name. */
export const keptContainerFields = [
  'securityContext',
  'terminationMessagePath',
  'terminationMessagePolicy',
  'volumeDevices',
  'restartPolicy',
  'restartPolicyRules',
  'resizePolicy',
  'stdin',
  'stdinOnce',
  'tty',
] as const;

/**
 * Fields of a volume mount. Each mount after the update must equal, in all of these fields, a mount that the same
 * container had before the update. The other fields (`readOnly`, `recursiveReadOnly`) may only become stricter.
 */
export const comparedMountFields = ['name', 'mountPath', 'subPath', 'subPathExpr', 'mountPropagation'] as const;

/**
 * CEL paths of the probes and hooks of a container. Their `httpGet.host` and `tcpSocket.host` must not change.
 * Otherwise a new template could make the kubelet call another machine.
 */
export const handlerPaths = [
  'livenessProbe',
  'readinessProbe',
  'startupProbe',
  'lifecycle.?postStart',
  'lifecycle.?preStop',
] as const;
