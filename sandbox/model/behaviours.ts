import { controlledBy } from '../../src/domain/kubernetes/owner-chain.ts';
import type { KubeObject } from '../../src/domain/kubernetes/object.ts';
import { isLivePod } from '../../src/domain/kubernetes/object-status.ts';
import { restartedAt } from '../../src/domain/kubernetes/restarted-at.ts';
import type { Snapshot } from '../../src/domain/rehearsal/snapshot.ts';
import { measuredStart, podSymptom, type PodSymptom } from './pod-symptom.ts';

/**
 * How the containers of one pod template behave, as far as objects and events show it: they become ready after
 * `seconds`, crash repeatedly, cannot pull their image, or behave in an unknown way. `why` describes the evidence.
 */
export type Behaviour =
  | { kind: 'ready'; seconds: number; why: string }
  | { kind: 'crash'; why: string }
  | { kind: 'pull'; why: string }
  | { kind: 'unknown'; why: string };

/**
 * The behaviour of each pod template. The key is the uid of the ReplicaSet that has the template. The new ReplicaSet of
 * a restart has no uid yet; for its template the key is a `restartKey`. A template without an entry counts as
 * never observed.
 */
export type Behaviours = ReadonlyMap<string, Behaviour>;

const restarted = 'restarted at ';

/** The key for the pods that a restart creates. `time` is the value of the restart annotation in their template. */
export function restartKey(time: string): string {
  return `${restarted}${time}`;
}

/** The time in a `restartKey`, or undefined if the key is the uid of a ReplicaSet. */
export function restartTimeOf(key: string): string | undefined {
  return key.startsWith(restarted) ? key.slice(restarted.length) : undefined;
}

const neverObserved: Behaviour = { kind: 'unknown', why: 'no pod of this template has been observed' };

/** The behaviour of the pods of one ReplicaSet. */
export function behaviourOf(behaviours: Behaviours, set: KubeObject): Behaviour {
  const time = set['spec']?.template?.metadata?.annotations?.[restartedAt];
  return behaviours.get(set.metadata.uid ?? '') ?? behaviours.get(restartKey(String(time))) ?? neverObserved;
}

/**
 * Infers the behaviour of the containers of each pod template (a ReplicaSet has exactly one). The sources are objects
 * and events, never the names of images. The live pods of the ReplicaSet decide. If the pods show nothing, events about
 * pods of the ReplicaSet decide. If the events show nothing, the conditions of the Deployment decide. Otherwise the
 * behaviour is unknown.
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
  if (ready.length > 0 && bad.length > 0)
    return { kind: 'unknown', why: 'some pods with this template run and others do not' };
  if (bad.includes('pull')) return { kind: 'pull', why: 'pods with this template cannot pull their image' };
  if (bad.includes('crash')) return { kind: 'crash', why: 'pods with this template crash repeatedly' };
  if (ready.length === 0) return undefined;
  // `measuredStart` ends at the last change of `Ready`. If a pod lost its readiness and became ready again, the
  // measured start is too long, never too short. So the shortest start is the most accurate one.
  const measured = ready.map(measuredStart).filter((seconds) => seconds !== undefined);
  const seconds = measured.length > 0 ? Math.min(...measured) : 0;
  return {
    kind: 'ready',
    seconds,
    why: `running pods with this template became ready ${seconds} s after they were scheduled`,
  };
}

/** Infers `pull` or `crash` from the kubelet's events (pkg/kubelet/events) about pods of the ReplicaSet. */
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
    return { kind: 'pull', why: 'events show that pods with this template could not pull their image' };
  }
  if (hasEvent(/^BackOff .*restarting failed container/i)) {
    return { kind: 'crash', why: 'events show that pods with this template crashed' };
  }
  return undefined;
}

/**
 * Infers `ready` if the ReplicaSet was once fully available. The Deployment controller then wrote a condition with the
 * reason NewReplicaSetAvailable, and the message of the condition names the ReplicaSet.
 */
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
    why: 'the Deployment reports that this ReplicaSet was fully available; how long its pods took to start is not known',
  };
}
