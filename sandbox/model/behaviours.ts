import { cutMessage } from '../../src/lib/cut-message.ts';
import { controlledBy } from '../../src/domain/kubernetes/owner-chain.ts';
import type { KubeObject } from '../../src/domain/kubernetes/object.ts';
import { isLivePod } from '../../src/domain/kubernetes/object-status.ts';
import { restartedAt } from '../../src/domain/kubernetes/restarted-at.ts';
import type { Snapshot } from '../../src/domain/rehearsal/snapshot.ts';
import { secondsUntilReady, podSymptom, type PodSymptom } from './pod-symptom.ts';

/**
 * How pods with one pod template behave, inferred from objects and events of the target. `why` gives the reason.
 * - `ready`: the pods become ready. `seconds`: the time from scheduled to ready, 0 if not known.
 * - `crash`: a container crashes, or the kubelet cannot start a container.
 * - `pull`: the kubelet cannot pull an image.
 * - `unknown`: the target shows no behaviour, or some pods are ready and others fail.
 */
export type Behaviour =
  | { kind: 'ready'; seconds: number; why: string }
  | { kind: 'crash'; why: string }
  | { kind: 'pull'; why: string }
  | { kind: 'unknown'; why: string };

/**
 * The behaviour for each pod template. The key is the uid of the ReplicaSet that has the template. A ReplicaSet that a
 * restart will create has no uid yet. For its template, the key is a `restartKey`. If a template has no entry, the
 * behaviour is `unknown`.
 */
export type Behaviours = ReadonlyMap<string, Behaviour>;

const restartPrefix = 'restarted at ';

/** Returns the key for a pod template that a restart creates. `time`: the value of its annotation `restartedAt`. */
export function restartKey(time: string): string {
  return `${restartPrefix}${time}`;
}

/** Returns the time in a `restartKey`; undefined if the key is the uid of a ReplicaSet. */
export function restartTimeOf(key: string): string | undefined {
  return key.startsWith(restartPrefix) ? key.slice(restartPrefix.length) : undefined;
}

const nothingKnown: Behaviour = {
  kind: 'unknown',
  why: 'nothing in the target shows how pods with this template behave',
};

const startTimeUnknown = 'it is not known how long the pods took to become ready';

/** Returns the behaviour of the pods of one ReplicaSet. */
export function behaviourOf(behaviours: Behaviours, set: KubeObject): Behaviour {
  const time = set['spec']?.template?.metadata?.annotations?.[restartedAt];
  return behaviours.get(set.metadata.uid ?? '') ?? behaviours.get(restartKey(String(time))) ?? nothingKnown;
}

/**
 * Infers the behaviour of the pods of each ReplicaSet. The first of these sources that shows a behaviour decides:
 * 1. the live pods of the ReplicaSet;
 * 2. events about pods of the ReplicaSet;
 * 3. the conditions of the Deployment.
 * If no source shows a behaviour, the behaviour is `unknown`. The names of images have no influence.
 */
export function inferBehaviours(snapshot: Pick<Snapshot, 'objects' | 'events' | 'takenAt'>): Behaviours {
  const sets = snapshot.objects.filter((object) => object.kind === 'ReplicaSet');
  const pods = snapshot.objects.filter(isLivePod);
  const deployments = snapshot.objects.filter((object) => object.kind === 'Deployment');
  return new Map(
    sets.map((set) => {
      const podsOfSet = controlledBy(pods, set);
      const behaviour =
        fromPods(podsOfSet, snapshot.takenAt) ?? fromEvents(set, snapshot.events) ?? fromDeployment(set, deployments);
      return [set.metadata.uid ?? '', behaviour ?? nothingKnown];
    }),
  );
}

/** Infers the behaviour from live pods. Undefined if each pod has the symptom `none`, or if there are no pods. */
function fromPods(pods: readonly KubeObject[], takenAt: string): Behaviour | undefined {
  const symptoms = new Set(pods.map((pod) => podSymptom(pod, takenAt)));
  const readyPods = pods.filter((pod) => podSymptom(pod, takenAt) === 'ready');
  const failures = (['crash', 'pull'] satisfies PodSymptom[]).filter((symptom) => symptoms.has(symptom));
  if (readyPods.length > 0 && failures.length > 0)
    return { kind: 'unknown', why: 'some pods with this template are ready, but others fail to start or crash' };
  if (failures.includes('pull')) return { kind: 'pull', why: 'pods with this template cannot pull an image' };
  if (failures.includes('crash')) return { kind: 'crash', why: 'pods with this template crash or fail to start' };
  if (readyPods.length === 0) return undefined;
  // `secondsUntilReady` counts until the pod became ready for the last time. The result is too large if the pod had
  // been ready before. The result is never too small. So the smallest result is the most accurate.
  const times = readyPods.map(secondsUntilReady).filter((seconds) => seconds !== undefined);
  if (times.length === 0) {
    return { kind: 'ready', seconds: 0, why: `pods with this template are ready; ${startTimeUnknown}` };
  }
  const seconds = Math.min(...times);
  return { kind: 'ready', seconds, why: `a pod with this template became ready ${seconds} s after it was scheduled` };
}

/**
 * Infers `pull` or `crash` from the kubelet's events (pkg/kubelet/events) about pods of the ReplicaSet. The names of
 * these pods begin with the name of the ReplicaSet. Undefined if the events show neither.
 */
function fromEvents(set: KubeObject, events: readonly KubeObject[]): Behaviour | undefined {
  const eventsOfPods = events.filter(
    ({ involvedObject: object }) =>
      object?.kind === 'Pod' &&
      object.namespace === set.metadata.namespace &&
      String(object.name).startsWith(`${set.metadata.name}-`),
  );
  const hasEvent = (pattern: RegExp): boolean =>
    eventsOfPods.some((event) => pattern.test(cutMessage(`${event['reason']} ${event['message']}`)));
  if (hasEvent(/pull(ing)? image|ImagePullBackOff|ErrImagePull/i) && hasEvent(/^(Failed|BackOff) /)) {
    return { kind: 'pull', why: 'events show that pods with this template could not pull an image' };
  }
  if (hasEvent(/^BackOff .*restarting failed container/i)) {
    return { kind: 'crash', why: 'events show that pods with this template crashed' };
  }
  return undefined;
}

/**
 * Infers `ready` if the Deployment has a condition with the reason NewReplicaSetAvailable, and if the message of the
 * condition names the ReplicaSet. The Deployment controller writes this condition when the ReplicaSet is fully
 * available.
 */
function fromDeployment(set: KubeObject, deployments: readonly KubeObject[]): Behaviour | undefined {
  const wasAvailable = deployments.some(
    (deployment) =>
      controlledBy([set], deployment).length > 0 &&
      (deployment['status']?.conditions ?? []).some(
        (condition: { reason?: string; message?: string }) =>
          condition.reason === 'NewReplicaSetAvailable' && condition.message?.includes(`"${set.metadata.name}"`),
      ),
  );
  if (!wasAvailable) return undefined;
  return {
    kind: 'ready',
    seconds: 0,
    why: `the Deployment reports that the ReplicaSet was fully available; ${startTimeUnknown}`,
  };
}
