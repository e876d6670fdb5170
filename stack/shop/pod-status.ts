// Templates (Go text/template) of pod statuses, with the texts of the kubelet: see pkg/kubelet/status/generate.go and
// pkg/kubelet/container of Kubernetes 1.35. KWOK renders the templates. All containers of a pod behave alike.

const now = '{{ $now := Now }}';
const names = '[{{ range $i, $c := .spec.containers }}{{ if $i }} {{ end }}{{ $c.name }}{{ end }}]';

function condition(type: string, status: 'True' | 'False'): string {
  const why =
    status === 'True' ? '' : `, reason: ContainersNotReady, message: 'containers with unready status: ${names}'`;
  return `- {type: ${type}, status: "${status}"${why}, lastProbeTime: null, lastTransitionTime: {{ $now | Quote }}}`;
}

/** Returns one status for each container. In `fields`, `$old` is the container's previous status or an empty one. */
function containers(fields: string): string {
  return `containerStatuses:
{{ $statuses := .status.containerStatuses }}
{{ range $i, $c := .spec.containers }}
{{ $old := dict }}{{ if $statuses }}{{ $old = index $statuses $i }}{{ end }}
- {name: {{ $c.name | Quote }}, image: {{ $c.image | Quote }}, imageID: "", ${fields}}
{{ end }}`;
}

const notRunning = 'ready: false, started: false';
const restarts = 'restartCount: {{ $old.restartCount }}';
const lastState = '{{ with $old.lastState }}, lastState: {{ . | toJson }}{{ end }}';
const oneRestartMore = 'restartCount: {{ add $old.restartCount 1 }}';

function died(exitCode: number): string {
  const times = 'startedAt: {{ $old.state.running.startedAt | Quote }}, finishedAt: {{ $now | Quote }}';
  return `lastState: {terminated: {exitCode: ${String(exitCode)}, reason: Error, ${times}}}`;
}

/** Status: the kubelet has accepted the pod and pulls the images. */
export const creating = `${now}
phase: Pending
startTime: {{ $now | Quote }}
hostIP: {{ NodeIPWith .spec.nodeName | Quote }}
hostIPs: [{ip: {{ NodeIPWith .spec.nodeName | Quote }}}]
conditions:
${condition('PodReadyToStartContainers', 'True')}
${condition('Initialized', 'True')}
${condition('Ready', 'False')}
${condition('ContainersReady', 'False')}
${containers(`${notRunning}, restartCount: 0, state: {waiting: {reason: ContainerCreating}}`)}`;

const podIP =
  '{{ PodIPWith .spec.nodeName (or .spec.hostNetwork false) (or .metadata.uid "") (or .metadata.name "") (or .metadata.namespace "") | Quote }}';

/** Status: the containers run and have not passed their readiness probe yet. */
export const started = `${now}
phase: Running
podIP: ${podIP}
podIPs: [{ip: ${podIP}}]
${containers(`ready: false, started: true, ${restarts}, state: {running: {startedAt: {{ $now | Quote }}}}${lastState}`)}`;

/** Status: the containers have passed their readiness probe. */
export const ready = `${now}
conditions:
${condition('Ready', 'True')}
${condition('ContainersReady', 'True')}
${containers(`ready: true, started: true, ${restarts}, state: {{ $old.state | toJson }}${lastState}`)}`;

/** Status: the containers run and no longer pass their readiness probe. */
export const hung = `${now}
conditions:
${condition('Ready', 'False')}
${condition('ContainersReady', 'False')}
${containers(`ready: false, started: true, ${restarts}, state: {{ $old.state | toJson }}${lastState}`)}`;

/** Status after the first exit of the containers: the kubelet has restarted them at once. */
export function restarted(exitCode: number): string {
  return `${now}
${containers(`ready: false, started: true, ${oneRestartMore}, state: {running: {startedAt: {{ $now | Quote }}}}, ${died(exitCode)}`)}`;
}

/**
 * Status after every later exit of the containers: the kubelet waits before the next restart.
 * @param backOff how long the kubelet waits, such as `4s`, or a template of this text.
 */
export function backingOff(exitCode: number, backOff: string): string {
  const pod = '{{ $.metadata.name }}_{{ $.metadata.namespace }}({{ $.metadata.uid }})';
  const message = `'back-off ${backOff} restarting failed container={{ $c.name }} pod=${pod}'`;
  const waiting = `state: {waiting: {reason: CrashLoopBackOff, message: ${message}}}`;
  return `${now}
${containers(`${notRunning}, ${restarts}, ${waiting}, ${died(exitCode)}`)}`;
}

/** Status: the kubelet has restarted the containers after the back-off. */
export const restartedAfterWait = `${now}
${containers(`ready: false, started: true, ${oneRestartMore}, state: {running: {startedAt: {{ $now | Quote }}}}${lastState}`)}`;

/** Status: the registry does not have the image. The reason is first ErrImagePull, then ImagePullBackOff. */
export function notPulled(reason: 'ErrImagePull' | 'ImagePullBackOff'): string {
  const message =
    reason === 'ErrImagePull'
      ? 'failed to pull and unpack image "{{ $c.image }}": not found'
      : 'Back-off pulling image "{{ $c.image }}"';
  return containers(`${notRunning}, restartCount: 0, state: {waiting: {reason: ${reason}, message: '${message}'}}`);
}
