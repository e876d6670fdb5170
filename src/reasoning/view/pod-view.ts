import { conditionOf, isLivePod } from '../../domain/kubernetes/object-status.ts';
import type { KubeObject } from '../../domain/kubernetes/object.ts';

/** One pod, as the expressions of a playbook see it. */
export interface PodView {
  name: string;
  /** Name of the ReplicaSet that owns the pod; empty if the incident is about a node. */
  replicaSet: string;
  phase: string;
  /** False if the pod is terminating or has finished. `PodsSummary` does not count such pods. */
  live: boolean;
  ready: boolean;
  scheduled: boolean;
  /** Name of the pod's node; empty if the pod is not scheduled. */
  node: string;
  /** Number of restarts of all containers together. */
  restarts: number;
  /** True if a container crashes again and again (see `isCrashLooping`). */
  crashLooping: boolean;
  /** True if the image of a container cannot be pulled. */
  cannotPull: boolean;
}

/** How many live pods there are, and how many of them are in each state. */
export interface PodsSummary {
  total: number;
  ready: number;
  crashLooping: number;
  cannotPull: number;
  /** Pods that have no node, whatever the reason is. */
  unschedulable: number;
}

/** The kubelet's waiting reasons for an image that cannot be pulled (kubelet/images/types.go). */
const pullReasons = new Set(['ImagePullBackOff', 'ErrImagePull', 'InvalidImageName', 'ErrImageNeverPull']);

/** Makes the view of one pod of the evidence. @param replicaSet the name of the ReplicaSet that owns the pod. */
export function podView(pod: KubeObject, replicaSet: string): PodView {
  const status = { phase: '', initContainerStatuses: [], containerStatuses: [], ...pod['status'] };
  const containers: ContainerStatus[] = [...status.initContainerStatuses, ...status.containerStatuses];
  const node: string = pod['spec']?.nodeName ?? '';
  return {
    name: pod.metadata.name,
    replicaSet,
    phase: status.phase,
    live: isLivePod(pod),
    ready: conditionOf(pod, 'Ready')?.status === 'True',
    scheduled: node !== '',
    node,
    restarts: containers.reduce((sum, container) => sum + (container.restartCount ?? 0), 0),
    crashLooping: containers.some(isCrashLooping),
    cannotPull: containers.some((container) => pullReasons.has(container.state?.waiting?.reason ?? '')),
  };
}

export function summaryOf(pods: readonly PodView[]): PodsSummary {
  const live = pods.filter((pod) => pod.live);
  const count = (condition: (pod: PodView) => boolean): number => live.filter(condition).length;
  return {
    total: live.length,
    ready: count((pod) => pod.ready),
    crashLooping: count((pod) => pod.crashLooping),
    cannotPull: count((pod) => pod.cannotPull),
    unschedulable: count((pod) => !pod.scheduled),
  };
}

interface ContainerStatus {
  ready?: boolean;
  restartCount?: number;
  state?: { waiting?: { reason?: string } };
  lastState?: { terminated?: { exitCode?: number } };
}

/**
 * Returns true if the container is in back-off. Between two back-offs a container runs for a short time. So this
 * function also returns true if the container is not ready, has restarted more than once, and exited with an error in
 * its last run.
 */
function isCrashLooping({ ready, restartCount, state, lastState }: ContainerStatus): boolean {
  if (state?.waiting?.reason === 'CrashLoopBackOff') return true;
  return !ready && (restartCount ?? 0) > 1 && (lastState?.terminated?.exitCode ?? 0) !== 0;
}
