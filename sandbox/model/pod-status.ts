// Templates for KWOK, in the syntax of Go's text/template. KWOK renders a pod's status from a template. The status is
// like the status that a kubelet writes.

/** Uses `$now`, which `conditions` defines. */
const addressAndStartTime = `hostIP: {{ NodeIPWith .spec.nodeName | Quote }}
podIP: {{ PodIPWith .spec.nodeName ( or .spec.hostNetwork false ) ( or .metadata.uid "" ) ( or .metadata.name "" ) ( or .metadata.namespace "" ) | Quote }}
startTime: {{ $now | Quote }}
`;

function conditions(ready: boolean): string {
  const status = ready ? '"True"' : '"False", reason: ContainersNotReady';
  return `{{ $now := Now }}
conditions:
- {lastTransitionTime: {{ $now | Quote }}, status: "True", type: PodReadyToStartContainers}
- {lastTransitionTime: {{ $now | Quote }}, status: "True", type: Initialized}
- {lastTransitionTime: {{ $now | Quote }}, status: ${status}, type: Ready}
- {lastTransitionTime: {{ $now | Quote }}, status: ${status}, type: ContainersReady}
`;
}

/** The status of every container of the pod, each with the same `fields`. */
function containerStatuses(fields: string): string {
  return `containerStatuses:
{{ range .spec.containers }}
- {image: {{ .image | Quote }}, imageID: "", name: {{ .name | Quote }}, ${fields}}
{{ end }}
`;
}

/** The status of a pod while each container runs. `ready`: whether the pod and its containers are ready. */
export function runningStatus(ready: boolean): string {
  const fields = `ready: ${ready}, started: true, restartCount: 0, state: {running: {startedAt: {{ $now | Quote }}}}`;
  return `${conditions(ready)}${containerStatuses(fields)}${addressAndStartTime}phase: Running\n`;
}

/** The status of a pod while each container has crashed and waits for its next restart. */
export const crashBackOffStatus = `${conditions(false)}${containerStatuses(
  'ready: false, started: false, restartCount: 3, state: {waiting: {reason: CrashLoopBackOff}}, ' +
    'lastState: {terminated: {exitCode: 1, reason: Error, startedAt: {{ $now | Quote }}, finishedAt: {{ $now | Quote }}}}',
)}${addressAndStartTime}phase: Running\n`;

/** The status of a pod while the kubelet has failed to pull the images and waits for the next try. */
export const pullBackOffStatus = `${conditions(false)}${containerStatuses(
  'ready: false, started: false, restartCount: 0, state: {waiting: {reason: ImagePullBackOff}}',
)}${addressAndStartTime}phase: Pending\n`;
