import { behaviours, hangsAnnotation, defaultBehaviour, type Behaviour } from './behaviours.ts';
import { backingOff, creating, hung, notPulled, ready, restarted, restartedAfterWait, started } from './pod-status.ts';
import { absent, among, event, present, stage, status, type Stage } from './stage.ts';

const alive = absent('.metadata.deletionTimestamp');
const accepted = present('.status.startTime');
const waiting = '.status.containerStatuses.[0].state.waiting.reason';
const running = '.status.containerStatuses.[0].state.running.startedAt';
const isReady = '.status.containerStatuses.[0].ready';
const restarts = '.status.containerStatuses.[0].restartCount';
// KWOK reads numbers of JSON as doubles, and compares only strings, booleans and integers. So the jq expression
// compares.
const neverRestarted = `${restarts} == 0`;
const hangs = `.metadata.annotations["${hangsAnnotation}"]`;
const imageOf = '.spec.containers.[0].image';

/**
 * The back-off of a crash-looping container: 1 s, doubled with each restart, at most 60 s. Kubelets wait like this with
 * the feature gate ReduceDefaultCrashLoopBackOffDecay (KEP-4603). Without the gate the back-off starts at 10 s, which
 * is too long for a demo.
 */
const backOffSeconds = `${restarts} as $n | if $n > 6 then 60 else ([1, 1, 2, 4, 8, 16, 32][$n]) end | "\\(.)s"`;
const backOffWords =
  '{{ if gt (int $old.restartCount) 6 }}1m0s{{ else }}{{ index (list 1 1 2 4 8 16 32) (int $old.restartCount) }}s{{ end }}';

/** Returns the Stages with which KWOK simulates the nodes and pods of an embedded target. */
export function shopStages(): Stage[] {
  const imagesWithBehaviour = Object.keys(behaviours);
  return [
    ...commonStages,
    ...Object.entries(behaviours).flatMap(([image, behaviour], index) =>
      stagesOf(`image-${String(index)}`, behaviour, among(imageOf, [image])),
    ),
    ...stagesOf('otherwise', defaultBehaviour, among(imageOf, imagesWithBehaviour, true)),
  ];
}

const readyStatus = '.status.conditions.[] | select( .type == "Ready" ) | .status';
const nodeReady = `{{ $now := Now }}
phase: Running
conditions:
- {type: Ready, status: "True", reason: KubeletReady, message: kubelet is posting ready status, lastHeartbeatTime: {{ $now | Quote }}, lastTransitionTime: {{ $now | Quote }}}`;

const commonStages: Stage[] = [
  // A node whose lease expired while the stack was down becomes Ready again.
  stage('node-ready', 'Node', { when: [among(readyStatus, ['True'], true)], steps: [status(nodeReady)] }),
  stage('pod-creating', 'Pod', {
    when: [alive, absent('.status.startTime')], // no kubelet has accepted the pod yet
    steps: [event('Normal', 'Pulling', 'Pulling the images of the containers'), status(creating)],
  }),
  stage('pod-hangs', 'Pod', { when: [alive, present(hangs), among(isReady, ['true'])], steps: [status(hung)] }),
  stage('pod-gone', 'Pod', {
    when: [present('.metadata.deletionTimestamp'), absent('.metadata.finalizers')],
    delay: { durationMilliseconds: 300 },
    steps: [event('Normal', 'Killing', 'Stopping the containers'), { delete: true }],
  }),
];

/** Matches the pods with certain images. */
type ImageMatch = ReturnType<typeof among>;

function stagesOf(name: string, behaviour: Behaviour, image: ImageMatch): Stage[] {
  switch (behaviour.does) {
    case 'serve':
      return [starts(name, image, behaviour.startMs), becomesReady(name, image, behaviour.readyMs)];
    case 'crash':
      return [starts(name, image, behaviour.startMs), ...crashes(name, image, behaviour)];
    case 'not-pulled':
      return failsToPull(name, image);
  }
}

function starts(name: string, image: ImageMatch, afterMs: number): Stage {
  return stage(`${name}-starts`, 'Pod', {
    when: [image, alive, accepted, among(waiting, ['ContainerCreating'])],
    delay: { durationMilliseconds: afterMs },
    steps: [
      event('Normal', 'Pulled', 'Successfully pulled the images of the containers'),
      event('Normal', 'Started', 'Started the containers'),
      status(started),
    ],
  });
}

function becomesReady(name: string, image: ImageMatch, afterMs: number): Stage {
  return stage(`${name}-ready`, 'Pod', {
    when: [image, alive, absent(hangs), present(running), among(isReady, ['false'])],
    delay: { durationMilliseconds: afterMs },
    steps: [status(ready)],
  });
}

function crashes(
  name: string,
  image: ImageMatch,
  { afterMs, exitCode }: { afterMs: number; exitCode: number },
): Stage[] {
  const delay = { durationMilliseconds: afterMs };
  return [
    stage(`${name}-first-exit`, 'Pod', {
      when: [image, alive, present(running), among(neverRestarted, ['true'])],
      delay,
      steps: [event('Normal', 'Started', 'Started the containers'), status(restarted(exitCode))],
    }),
    stage(`${name}-exit`, 'Pod', {
      when: [image, alive, present(running), among(neverRestarted, ['false'])],
      delay,
      steps: [
        event('Warning', 'BackOff', 'Back-off restarting failed containers'),
        status(backingOff(exitCode, backOffWords)),
      ],
    }),
    stage(`${name}-again`, 'Pod', {
      when: [image, alive, among(waiting, ['CrashLoopBackOff'])],
      delay: { durationMilliseconds: 1_000, durationFrom: { jq: { expression: backOffSeconds } } },
      steps: [event('Normal', 'Started', 'Started the containers'), status(restartedAfterWait)],
    }),
  ];
}

function failsToPull(name: string, image: ImageMatch): Stage[] {
  const next = { ContainerCreating: 'ErrImagePull', ErrImagePull: 'ImagePullBackOff' } as const;
  return Object.entries(next).map(([before, after]) =>
    stage(`${name}-${after.toLowerCase()}`, 'Pod', {
      when: [image, alive, accepted, among(waiting, [before])],
      delay: { durationMilliseconds: 500 },
      steps: [event('Warning', 'Failed', `Error: ${after}`), status(notPulled(after))],
    }),
  );
}
