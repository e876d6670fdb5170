import { conditionOf, isLivePod } from '../../domain/kubernetes/object-status.ts';
import type { KubeObject } from '../../domain/kubernetes/object.ts';

/** What the expressions of a playbook can read about one pod. */
export interface PodView {
  name: string;
  /** Name of the ReplicaSet that owns the pod; empty if the incident is about a node. */
  replicaSet: string;
  /** `status.phase` of the pod, such as `Running`; empty if the pod has no phase yet. */
  phase: string;
  /** False if the pod is terminating or has finished. `PodsSummary` counts only live pods. */
  live: boolean;
  ready: boolean;
  /** True if the pod has a node. */
  scheduled: boolean;
  /** Name of the pod's node; empty if the pod has no node. */
  node: string;
  /** Sum of the restarts of all containers. Init containers count too. */
  restarts: number;
  /** True if a container crashes again and again (see `isCrashLooping`). */
  crashLooping: boolean;
  /** True if the image of a container cannot be pulled. */
  cannotPull: boolean;
}

/** Numbers of live pods: all of them, and those in each state. */
export interface PodsSummary {
  total: number;
  ready: number;
  crashLooping: number;
  cannotPull: number;
  /** Live pods without a node. A pod that the scheduler has not tried to place yet counts too. */
  unschedulable: number;
}

/** The kubelet's waiting reasons that mean: the image cannot be pulled (pkg/kubelet/images/types.go). */
const pullReasons = new Set(['ImagePullBackOff', 'ErrImagePull', 'InvalidImageName', 'ErrImageNeverPull']);

/** Returns what expressions can read about a pod. @param replicaSet the field `replicaSet` of the result. */
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

/** Counts the live pods. */
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
 * Returns true if the container waits in CrashLoopBackOff. After each wait, the container runs again for a short time.
 * So any other container also counts if all of this is true: the container is not ready, it has restarted more than
 * once, and its previous run ended with an exit code other than 0.
 */
function isCrashLooping({ ready, restartCount, state, lastState }: ContainerStatus): boolean {
  if (state?.waiting?.reason === 'CrashLoopBackOff') return true;
  return !ready && (restartCount ?? 0) > 1 && (lastState?.terminated?.exitCode ?? 0) !== 0;
}
