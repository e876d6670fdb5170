import type { KubeObject } from '../../domain/kubernetes/object.ts';
import { isCurrentReplicaSet, isNamedByController } from '../../domain/kubernetes/replica-set.ts';
import { summaryOf, type PodsSummary, type PodView } from './pod-view.ts';

/** A ReplicaSet of a Deployment. */
export interface ReplicaSetView {
  name: string;
  /** True if the ReplicaSet has the Deployment's pod template. */
  current: boolean;
  /** True if everything that is observed about the ReplicaSet fits one that the Deployment controller made. */
  byController: boolean;
  /** Wanted number of replicas (`spec.replicas`). */
  replicas: number;
  /** Number of available replicas (`status.availableReplicas`), which the ReplicaSet controller counts. */
  available: number;
  pods: PodsSummary;
}

/** What `replicaSetView` must know about the Deployment. */
export interface ReplicaSetContext {
  deployment: KubeObject;
  /** The events of the evidence. */
  events: readonly KubeObject[];
  /** Time of the latest observation, Unix seconds. */
  observedAt: number;
}

/** How long an API server keeps events by default, seconds (option `--event-ttl` of kube-apiserver). */
const eventLifetimeSeconds = 3600;

/** Computes the view of a ReplicaSet. @param pods the pods that the ReplicaSet controls. */
export function replicaSetView(set: KubeObject, pods: PodView[], context: ReplicaSetContext): ReplicaSetView {
  return {
    name: set.metadata.name,
    current: isCurrentReplicaSet(set, context.deployment),
    byController: isByController(set, context),
    replicas: set['spec'].replicas ?? 1,
    available: set['status']?.availableReplicas ?? 0,
    pods: summaryOf(pods),
  };
}

/**
 * Compares two ReplicaSets for sorting: the current ReplicaSet first, the others by their creation, the newest first.
 * The API server sets the creation time.
 */
export function byRelease(deployment: KubeObject): (a: KubeObject, b: KubeObject) => number {
  const current = (set: KubeObject): number => Number(isCurrentReplicaSet(set, deployment));
  const created = ({ metadata }: KubeObject): number => Date.parse(metadata.creationTimestamp ?? '') || 0;
  return (a, b) => current(b) - current(a) || created(b) - created(a);
}

/**
 * A person who may create ReplicaSets, but may not change the Deployment, could give it a ReplicaSet with a pod template
 * of their own. The Deployment controller records an event when it scales a ReplicaSet. So a ReplicaSet that is younger
 * than the events must have such an event. An older ReplicaSet need not: the Deployment controller scales a foreign
 * ReplicaSet down to 0 when the current one is available.
 */
function isByController(set: KubeObject, { deployment, events, observedAt }: ReplicaSetContext): boolean {
  if (!isNamedByController(set, deployment)) return false;
  const created = Date.parse(set.metadata.creationTimestamp ?? '') / 1000;
  return created < observedAt - eventLifetimeSeconds || events.some((event) => isScalingOf(event, set, deployment));
}

function isScalingOf(event: KubeObject, set: KubeObject, deployment: KubeObject): boolean {
  const { reason, source, reportingComponent, involvedObject, message } = event as KubeObject & {
    involvedObject?: { uid?: string };
  };
  if (reason !== 'ScalingReplicaSet' || involvedObject?.uid !== deployment.metadata.uid) return false;
  if ((source?.component ?? reportingComponent) !== 'deployment-controller') return false;
  return /^Scaled (?:up|down) replica set (\S+) /.exec(String(message))?.[1] === set.metadata.name;
}
