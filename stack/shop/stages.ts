import { imageBehaviours, hangsAnnotation, defaultBehaviour, type ImageBehaviour } from './behaviours.ts';
import {
  backOffStatus,
  creatingStatus,
  hungStatus,
  notPulledStatus,
  readyStatus,
  restartedAfterBackOffStatus,
  restartedAtOnceStatus,
  startedStatus,
} from './pod-status.ts';
import { absent, eventStep, noneOf, oneOf, present, stage, statusStep, type Match, type Stage } from './stage.ts';

// Fields of a pod, as jq expressions. Of all containers, the expressions read only the first. The image of the first
// container decides how all containers of the pod behave.
const deletionTimeField = '.metadata.deletionTimestamp';
const startTimeField = '.status.startTime';
const hangsField = `.metadata.annotations["${hangsAnnotation}"]`;
const imageField = '.spec.containers.[0].image';
const readyField = '.status.containerStatuses.[0].ready';
const restartCountField = '.status.containerStatuses.[0].restartCount';
const runningSinceField = '.status.containerStatuses.[0].state.running.startedAt';
const waitingReasonField = '.status.containerStatuses.[0].state.waiting.reason';

/**
 * A jq expression that returns true or false. KWOK itself cannot compare `restartCount` with a value: KWOK reads JSON
 * numbers as doubles, and compares only strings, booleans and integers.
 */
const neverRestarted = `${restartCountField} == 0`;

const notTerminating = absent(deletionTimeField);
// A kubelet sets `startTime` when it accepts a pod.
const accepted = present(startTimeField);
const notAccepted = absent(startTimeField);

/**
 * The back-off of a crash-looping container, as a jq expression. There is no back-off before the first restart. Before
 * the second restart the back-off is 1 s. Each later back-off is twice as long, but at most 60 s. A kubelet waits like
 * this if its feature gate ReduceDefaultCrashLoopBackOffDecay (KEP-4603) is on. Without this gate, the back-off starts
 * at 10 s, which is too long for a demo.
 */
const backOffExpression = `${restartCountField} as $n | if $n > 6 then 60 else ([1, 1, 2, 4, 8, 16, 32][$n]) end | "\\(.)s"`;
/** The same back-off as a Go text/template. The kubelet's message contains the rendered text, such as `4s`. */
const backOffTemplate =
  '{{ if gt (int $old.restartCount) 6 }}1m0s{{ else }}{{ index (list 1 1 2 4 8 16 32) (int $old.restartCount) }}s{{ end }}';

/** Returns the Stages with which KWOK simulates the nodes and pods of an embedded target. */
export function shopStages(): Stage[] {
  const listedImages = Object.keys(imageBehaviours);
  return [
    ...commonStages,
    ...Object.entries(imageBehaviours).flatMap(([image, behaviour], index) =>
      stagesOf(`image-${String(index)}`, behaviour, oneOf(imageField, [image])),
    ),
    ...stagesOf('otherwise', defaultBehaviour, noneOf(imageField, listedImages)),
  ];
}

/** A jq expression: the status of a node's condition `Ready`. */
const nodeReadyField = '.status.conditions.[] | select( .type == "Ready" ) | .status';
const nodeReadyStatus = `{{ $now := Now }}
phase: Running
conditions:
- {type: Ready, status: "True", reason: KubeletReady, message: kubelet is posting ready status, lastHeartbeatTime: {{ $now | Quote }}, lastTransitionTime: {{ $now | Quote }}}`;

/** The Stages that do not depend on the image. */
const commonStages: Stage[] = [
  // The lease of a node can expire while the stack is down. After the restart, a controller then marks the node as not
  // Ready. This Stage makes the node Ready again.
  stage('node-ready', 'Node', {
    matchExpressions: [noneOf(nodeReadyField, ['True'])],
    steps: [statusStep(nodeReadyStatus)],
  }),
  stage('pod-creating', 'Pod', {
    matchExpressions: [notTerminating, notAccepted],
    steps: [eventStep('Normal', 'Pulling', 'Pulling the images of the containers'), statusStep(creatingStatus)],
  }),
  stage('pod-hangs', 'Pod', {
    matchExpressions: [notTerminating, present(hangsField), oneOf(readyField, ['true'])],
    steps: [statusStep(hungStatus)],
  }),
  stage('pod-gone', 'Pod', {
    matchExpressions: [present(deletionTimeField), absent('.metadata.finalizers')],
    delay: { durationMilliseconds: 300 },
    steps: [eventStep('Normal', 'Killing', 'Stopping the containers'), { delete: true }],
  }),
];

function stagesOf(prefix: string, behaviour: ImageBehaviour, hasImage: Match): Stage[] {
  switch (behaviour.does) {
    case 'serve':
      return [starts(prefix, hasImage, behaviour.startMs), becomesReady(prefix, hasImage, behaviour.readyMs)];
    case 'crash':
      return [starts(prefix, hasImage, behaviour.startMs), ...crashes(prefix, hasImage, behaviour)];
    case 'not-pulled':
      return failsToPull(prefix, hasImage);
  }
}

function starts(prefix: string, hasImage: Match, delayMs: number): Stage {
  return stage(`${prefix}-starts`, 'Pod', {
    matchExpressions: [hasImage, notTerminating, accepted, oneOf(waitingReasonField, ['ContainerCreating'])],
    delay: { durationMilliseconds: delayMs },
    steps: [
      eventStep('Normal', 'Pulled', 'Successfully pulled the images of the containers'),
      eventStep('Normal', 'Started', 'Started the containers'),
      statusStep(startedStatus),
    ],
  });
}

function becomesReady(prefix: string, hasImage: Match, delayMs: number): Stage {
  const isRunning = present(runningSinceField);
  return stage(`${prefix}-ready`, 'Pod', {
    matchExpressions: [hasImage, notTerminating, absent(hangsField), isRunning, oneOf(readyField, ['false'])],
    delay: { durationMilliseconds: delayMs },
    steps: [statusStep(readyStatus)],
  });
}

function crashes(prefix: string, hasImage: Match, { exitMs, exitCode }: { exitMs: number; exitCode: number }): Stage[] {
  const delay = { durationMilliseconds: exitMs };
  const isRunning = present(runningSinceField);
  return [
    stage(`${prefix}-first-exit`, 'Pod', {
      matchExpressions: [hasImage, notTerminating, isRunning, oneOf(neverRestarted, ['true'])],
      delay,
      steps: [eventStep('Normal', 'Started', 'Started the containers'), statusStep(restartedAtOnceStatus(exitCode))],
    }),
    stage(`${prefix}-exit`, 'Pod', {
      matchExpressions: [hasImage, notTerminating, isRunning, oneOf(neverRestarted, ['false'])],
      delay,
      steps: [
        eventStep('Warning', 'BackOff', 'Back-off restarting failed containers'),
        statusStep(backOffStatus(exitCode, backOffTemplate)),
      ],
    }),
    stage(`${prefix}-again`, 'Pod', {
      matchExpressions: [hasImage, notTerminating, oneOf(waitingReasonField, ['CrashLoopBackOff'])],
      delay: { durationMilliseconds: 1_000, durationFrom: { jq: { expression: backOffExpression } } },
      steps: [eventStep('Normal', 'Started', 'Started the containers'), statusStep(restartedAfterBackOffStatus)],
    }),
  ];
}

function failsToPull(prefix: string, hasImage: Match): Stage[] {
  const nextReason = { ContainerCreating: 'ErrImagePull', ErrImagePull: 'ImagePullBackOff' } as const;
  return Object.entries(nextReason).map(([oldReason, newReason]) =>
    stage(`${prefix}-${newReason.toLowerCase()}`, 'Pod', {
      matchExpressions: [hasImage, notTerminating, accepted, oneOf(waitingReasonField, [oldReason])],
      delay: { durationMilliseconds: 500 },
      steps: [eventStep('Warning', 'Failed', `Error: ${newReason}`), statusStep(notPulledStatus(newReason))],
    }),
  );
}
