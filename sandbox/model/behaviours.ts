import { ownedBy, type KubeObject } from '../../src/domain/kubernetes/object.ts';
import { isLivePod } from '../../src/domain/rehearsal/measurement.ts';
import { restartedAt } from '../../src/domain/kubernetes/restarted-at.ts';
import type { Snapshot } from '../../src/domain/rehearsal/snapshot.ts';
import { measuredStart, podSign, type PodSign } from './pod-sign.ts';

/** What the containers of one pod template do, as far as objects and events tell. */
export type Behaviour =
  | { kind: 'ready'; seconds: number; why: string }
  | { kind: 'crash'; why: string }
  | { kind: 'pull'; why: string }
  | { kind: 'unknown'; why: string };

/**
 * Behaviour by uid of the ReplicaSet that holds the template, or, where the plan will make that ReplicaSet, by
 * `restartKey`. A template that is not there was never seen.
 */
export type Behaviours = ReadonlyMap<string, Behaviour>;

const restarted = 'restarted at ';

/** The key of pods that a plan makes anew, by the time that their template says. */
export function restartKey(time: string): string {
  return `${restarted}${time}`;
}

/** The time of such a key; undefined for the uid of a ReplicaSet. */
export function restartTimeOf(key: string): string | undefined {
  return key.startsWith(restarted) ? key.slice(restarted.length) : undefined;
}

const neverSeen: Behaviour = { kind: 'unknown', why: 'no pod of this template has been seen' };

/** The behaviour of one ReplicaSet's pods. */
export function behaviourOf(behaviours: Behaviours, set: KubeObject): Behaviour {
  const time = set['spec']?.template?.metadata?.annotations?.[restartedAt];
  return behaviours.get(set.metadata.uid ?? '') ?? behaviours.get(restartKey(String(time))) ?? neverSeen;
}

/**
 * Infers what containers do, per pod template (a ReplicaSet holds exactly one), from objects and events alone: never
 * from names of images. Its own pods come first; without any, its events and its Deployment's conditions.
 */
export function inferBehaviours(snapshot: Pick<Snapshot, 'objects' | 'events' | 'takenAt'>): Behaviours {
  const sets = snapshot.objects.filter((object) => object.kind === 'ReplicaSet');
  const pods = snapshot.objects.filter(isLivePod);
  const deployments = snapshot.objects.filter((object) => object.kind === 'Deployment');
  return new Map(
    sets.map((set) => {
      const own = ownedBy(pods, set);
      const behaviour =
        fromPods(own, snapshot.takenAt) ?? fromEvents(set, snapshot.events) ?? fromHistory(set, deployments);
      return [set.metadata.uid ?? '', behaviour ?? neverSeen];
    }),
  );
}

function fromPods(pods: readonly KubeObject[], takenAt: string): Behaviour | undefined {
  const signs = new Set(pods.map((pod) => podSign(pod, takenAt)));
  const ready = pods.filter((pod) => podSign(pod, takenAt) === 'ready');
  const bad = (['crash', 'pull'] satisfies PodSign[]).filter((sign) => signs.has(sign));
  if (ready.length > 0 && bad.length > 0) return { kind: 'unknown', why: 'some of its pods run and others do not' };
  if (bad.includes('pull')) return { kind: 'pull', why: 'its pods cannot pull their image' };
  if (bad.includes('crash')) return { kind: 'crash', why: 'its pods start and crash again and again' };
  if (ready.length === 0) return undefined;
  // Readiness that came and went makes a start look longer, never shorter: the shortest is the best measure.
  const measured = ready.map(measuredStart).filter((seconds) => seconds !== undefined);
  const seconds = measured.length > 0 ? Math.min(...measured) : 0;
  return { kind: 'ready', seconds, why: `its running pods became ready ${seconds} s after they were given a node` };
}

/** Words of a kubelet (pkg/kubelet/events) about pods of the set that are gone by now. */
function fromEvents(set: KubeObject, events: readonly KubeObject[]): Behaviour | undefined {
  const own = events.filter(
    ({ involvedObject: about }) =>
      about?.kind === 'Pod' &&
      about.namespace === set.metadata.namespace &&
      String(about.name).startsWith(`${set.metadata.name}-`),
  );
  const says = (words: RegExp): boolean => own.some((event) => words.test(`${event['reason']} ${event['message']}`));
  if (says(/pull(ing)? image|ImagePullBackOff|ErrImagePull/i) && says(/^(Failed|BackOff) /)) {
    return { kind: 'pull', why: 'events say that its pods could not pull their image' };
  }
  if (says(/^BackOff .*restarting failed container/i))
    return { kind: 'crash', why: 'events say that its pods crashed' };
  return undefined;
}

/** The Deployment controller names the ReplicaSet that it last saw fully available (NewReplicaSetAvailable). */
function fromHistory(set: KubeObject, deployments: readonly KubeObject[]): Behaviour | undefined {
  const succeeded = deployments.some(
    (deployment) =>
      ownedBy([set], deployment).length > 0 &&
      (deployment['status']?.conditions ?? []).some(
        (entry: { reason?: string; message?: string }) =>
          entry.reason === 'NewReplicaSetAvailable' && entry.message?.includes(`"${set.metadata.name}"`),
      ),
  );
  if (!succeeded) return undefined;
  return { kind: 'ready', seconds: 0, why: 'its Deployment says that it was fully available; how fast is not known' };
}
