import { controlledBy } from '../../src/domain/kubernetes/owner-chain.ts';
import type { KubeObject } from '../../src/domain/kubernetes/object.ts';
import { isLivePod } from '../../src/domain/kubernetes/object-status.ts';
import { restartedAt } from '../../src/domain/kubernetes/restarted-at.ts';
import type { Snapshot } from '../../src/domain/rehearsal/snapshot.ts';
import { measuredStart, podSymptom, type PodSymptom } from './pod-symptom.ts';

/** The behaviour of the containers of one pod template, as far as objects and events show it. */
export type Behaviour =
  | { kind: 'ready'; seconds: number; why: string }
  | { kind: 'crash'; why: string }
  | { kind: 'pull'; why: string }
  | { kind: 'unknown'; why: string };

/**
 * Behaviour by the uid of the ReplicaSet with the template. For a ReplicaSet that the plan's restart will create, the key
 * is a `restartKey`. A template without an entry has never been observed.
 */
export type Behaviours = ReadonlyMap<string, Behaviour>;

const restarted = 'restarted at ';

/** The key of the pods that a restart creates: the time in the restart annotation of their template. */
export function restartKey(time: string): string {
  return `${restarted}${time}`;
}

/** The time in such a key, or undefined for the uid of a ReplicaSet. */
export function restartTimeOf(key: string): string | undefined {
  return key.startsWith(restarted) ? key.slice(restarted.length) : undefined;
}

const neverObserved: Behaviour = { kind: 'unknown', why: 'no pod of this template has been observed' };

/** The behaviour of one ReplicaSet's pods. */
export function behaviourOf(behaviours: Behaviours, set: KubeObject): Behaviour {
  const time = set['spec']?.template?.metadata?.annotations?.[restartedAt];
  return behaviours.get(set.metadata.uid ?? '') ?? behaviours.get(restartKey(String(time))) ?? neverObserved;
}

/**
 * Infers the behaviour of containers for each pod template (a ReplicaSet has exactly one) from objects and events, never
 * from the names of images. A ReplicaSet's live pods decide. Without pods its events decide, then the conditions of its
 * Deployment.
 */
export function inferBehaviours(snapshot: Pick<Snapshot, 'objects' | 'events' | 'takenAt'>): Behaviours {
  const sets = snapshot.objects.filter((object) => object.kind === 'ReplicaSet');
  const pods = snapshot.objects.filter(isLivePod);
  const deployments = snapshot.objects.filter((object) => object.kind === 'Deployment');
  return new Map(
    sets.map((set) => {
      const own = controlledBy(pods, set);
      const behaviour =
        fromPods(own, snapshot.takenAt) ?? fromEvents(set, snapshot.events) ?? fromHistory(set, deployments);
      return [set.metadata.uid ?? '', behaviour ?? neverObserved];
    }),
  );
}

function fromPods(pods: readonly KubeObject[], takenAt: string): Behaviour | undefined {
  const symptoms = new Set(pods.map((pod) => podSymptom(pod, takenAt)));
  const ready = pods.filter((pod) => podSymptom(pod, takenAt) === 'ready');
  const bad = (['crash', 'pull'] satisfies PodSymptom[]).filter((symptom) => symptoms.has(symptom));
  if (ready.length > 0 && bad.length > 0) return { kind: 'unknown', why: 'some of its pods run and others do not' };
  if (bad.includes('pull')) return { kind: 'pull', why: 'its pods cannot pull their image' };
  if (bad.includes('crash')) return { kind: 'crash', why: 'its pods crash repeatedly' };
  if (ready.length === 0) return undefined;
  // A pod whose readiness came back shows too long a start, never too short a one. The shortest is the most accurate.
  const measured = ready.map(measuredStart).filter((seconds) => seconds !== undefined);
  const seconds = measured.length > 0 ? Math.min(...measured) : 0;
  return { kind: 'ready', seconds, why: `its running pods became ready ${seconds} s after they were scheduled` };
}

/** Reads the kubelet's events (pkg/kubelet/events) about pods of the ReplicaSet that no longer exist. */
function fromEvents(set: KubeObject, events: readonly KubeObject[]): Behaviour | undefined {
  const own = events.filter(
    ({ involvedObject: object }) =>
      object?.kind === 'Pod' &&
      object.namespace === set.metadata.namespace &&
      String(object.name).startsWith(`${set.metadata.name}-`),
  );
  const hasEvent = (pattern: RegExp): boolean =>
    own.some((event) => pattern.test(`${event['reason']} ${event['message']}`));
  if (hasEvent(/pull(ing)? image|ImagePullBackOff|ErrImagePull/i) && hasEvent(/^(Failed|BackOff) /)) {
    return { kind: 'pull', why: 'events show that its pods could not pull their image' };
  }
  if (hasEvent(/^BackOff .*restarting failed container/i)) {
    return { kind: 'crash', why: 'events show that its pods crashed' };
  }
  return undefined;
}

/** The Deployment controller's condition names the ReplicaSet that was last fully available (NewReplicaSetAvailable). */
function fromHistory(set: KubeObject, deployments: readonly KubeObject[]): Behaviour | undefined {
  const succeeded = deployments.some(
    (deployment) =>
      controlledBy([set], deployment).length > 0 &&
      (deployment['status']?.conditions ?? []).some(
        (entry: { reason?: string; message?: string }) =>
          entry.reason === 'NewReplicaSetAvailable' && entry.message?.includes(`"${set.metadata.name}"`),
      ),
  );
  if (!succeeded) return undefined;
  return {
    kind: 'ready',
    seconds: 0,
    why: 'its Deployment reports that it was fully available; the start time is not known',
  };
}
