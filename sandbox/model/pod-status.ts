// The status of a pod as a kubelet writes it, as templates for KWOK (Go text/template over the pod).

const address = `hostIP: {{ NodeIPWith .spec.nodeName | Quote }}
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

function containers(fields: string): string {
  return `containerStatuses:
{{ range .spec.containers }}
- {image: {{ .image | Quote }}, imageID: "", name: {{ .name | Quote }}, ${fields}}
{{ end }}
`;
}

/** The status of a pod whose containers all run. `ready` says whether the pod is also ready. */
export function runningStatus(ready: boolean): string {
  const fields = `ready: ${ready}, started: true, restartCount: 0, state: {running: {startedAt: {{ $now | Quote }}}}`;
  return `${conditions(ready)}${containers(fields)}${address}phase: Running\n`;
}

/** The status of a pod whose containers crash repeatedly, while the kubelet waits (back-off) before the next start. */
export const crashing = `${conditions(false)}${containers(
  'ready: false, started: false, restartCount: 3, state: {waiting: {reason: CrashLoopBackOff}}, ' +
    'lastState: {terminated: {exitCode: 1, reason: Error, startedAt: {{ $now | Quote }}, finishedAt: {{ $now | Quote }}}}',
)}${address}phase: Running\n`;

/** The status of a pod whose images cannot be pulled. */
export const notPulled = `${conditions(false)}${containers(
  'ready: false, started: false, restartCount: 0, state: {waiting: {reason: ImagePullBackOff}}',
)}${address}phase: Pending\n`;
