// Go text/templates for the status of a pod. KWOK renders a template and patches the pod's status with the result. The
// reasons and messages follow the kubelet of Kubernetes 1.35 (pkg/kubelet/status/generate.go, pkg/kubelet/container).
// All containers of a pod are always in the same state.

const defineNow = '{{ $now := Now }}';
const containerNames = '[{{ range $i, $c := .spec.containers }}{{ if $i }} {{ end }}{{ $c.name }}{{ end }}]';

function condition(type: string, status: 'True' | 'False'): string {
  const reason =
    status === 'True'
      ? ''
      : `, reason: ContainersNotReady, message: 'containers with unready status: ${containerNames}'`;
  return `- {type: ${type}, status: "${status}"${reason}, lastProbeTime: null, lastTransitionTime: {{ $now | Quote }}}`;
}

/**
 * The statuses of all containers, each with the same `fields`. In `fields`, `$c` is the container's spec. `$old` is the
 * container's previous status, or empty.
 */
function containerStatuses(fields: string): string {
  return `containerStatuses:
{{ $statuses := .status.containerStatuses }}
{{ range $i, $c := .spec.containers }}
{{ $old := dict }}{{ if $statuses }}{{ $old = index $statuses $i }}{{ end }}
- {name: {{ $c.name | Quote }}, image: {{ $c.image | Quote }}, imageID: "", ${fields}}
{{ end }}`;
}

const notRunning = 'ready: false, started: false';
const sameRestartCount = 'restartCount: {{ $old.restartCount }}';
const sameLastState = '{{ with $old.lastState }}, lastState: {{ . | toJson }}{{ end }}';
const nextRestartCount = 'restartCount: {{ add $old.restartCount 1 }}';

/** The field `lastState` of a container that exits now. */
function exitedLastState(exitCode: number): string {
  const times = 'startedAt: {{ $old.state.running.startedAt | Quote }}, finishedAt: {{ $now | Quote }}';
  return `lastState: {terminated: {exitCode: ${String(exitCode)}, reason: Error, ${times}}}`;
}

/** The kubelet has accepted the pod and pulls the images. */
export const creatingStatus = `${defineNow}
phase: Pending
startTime: {{ $now | Quote }}
hostIP: {{ NodeIPWith .spec.nodeName | Quote }}
hostIPs: [{ip: {{ NodeIPWith .spec.nodeName | Quote }}}]
conditions:
${condition('PodReadyToStartContainers', 'True')}
${condition('Initialized', 'True')}
${condition('Ready', 'False')}
${condition('ContainersReady', 'False')}
${containerStatuses(`${notRunning}, restartCount: 0, state: {waiting: {reason: ContainerCreating}}`)}`;

const podIP =
  '{{ PodIPWith .spec.nodeName (or .spec.hostNetwork false) (or .metadata.uid "") (or .metadata.name "") (or .metadata.namespace "") | Quote }}';

/** The containers run for the first time. They are not ready yet. */
export const startedStatus = `${defineNow}
phase: Running
podIP: ${podIP}
podIPs: [{ip: ${podIP}}]
${containerStatuses(`ready: false, started: true, ${sameRestartCount}, state: {running: {startedAt: {{ $now | Quote }}}}${sameLastState}`)}`;

/** The containers run and are ready. */
export const readyStatus = `${defineNow}
conditions:
${condition('Ready', 'True')}
${condition('ContainersReady', 'True')}
${containerStatuses(`ready: true, started: true, ${sameRestartCount}, state: {{ $old.state | toJson }}${sameLastState}`)}`;

/** The containers run but are no longer ready. */
export const hungStatus = `${defineNow}
conditions:
${condition('Ready', 'False')}
${condition('ContainersReady', 'False')}
${containerStatuses(`ready: false, started: true, ${sameRestartCount}, state: {{ $old.state | toJson }}${sameLastState}`)}`;

/** The containers exited for the first time. The kubelet restarted them immediately. */
export function restartedAtOnceStatus(exitCode: number): string {
  return `${defineNow}
${containerStatuses(`ready: false, started: true, ${nextRestartCount}, state: {running: {startedAt: {{ $now | Quote }}}}, ${exitedLastState(exitCode)}`)}`;
}

/**
 * The containers exited again. The kubelet waits before it restarts them.
 * @param backOff Go text/template of the kubelet's waiting time. The rendered text is, for example, `4s`.
 */
export function backOffStatus(exitCode: number, backOff: string): string {
  const pod = '{{ $.metadata.name }}_{{ $.metadata.namespace }}({{ $.metadata.uid }})';
  const message = `'back-off ${backOff} restarting failed container={{ $c.name }} pod=${pod}'`;
  const waiting = `state: {waiting: {reason: CrashLoopBackOff, message: ${message}}}`;
  return `${defineNow}
${containerStatuses(`${notRunning}, ${sameRestartCount}, ${waiting}, ${exitedLastState(exitCode)}`)}`;
}

/** The kubelet restarted the containers after the back-off. */
export const restartedAfterBackOffStatus = `${defineNow}
${containerStatuses(`ready: false, started: true, ${nextRestartCount}, state: {running: {startedAt: {{ $now | Quote }}}}${sameLastState}`)}`;

/**
 * The kubelet cannot pull the images. After the first try, `reason` is ErrImagePull. While the kubelet waits for the
 * next try, `reason` is ImagePullBackOff.
 */
export function notPulledStatus(reason: 'ErrImagePull' | 'ImagePullBackOff'): string {
  const message =
    reason === 'ErrImagePull'
      ? 'failed to pull and unpack image "{{ $c.image }}": not found'
      : 'Back-off pulling image "{{ $c.image }}"';
  return containerStatuses(
    `${notRunning}, restartCount: 0, state: {waiting: {reason: ${reason}, message: '${message}'}}`,
  );
}
