import { conditionOf } from '../../src/domain/kubernetes/object-status.ts';
import type { KubeObject } from '../../src/domain/kubernetes/object.ts';

/**
 * What the status of one pod shows.
 * - `ready`: the pod is ready, and none of its containers crashed recently.
 * - `crash`: a container crashed and has not recovered, or the kubelet could not create or run a container.
 * - `pull`: the kubelet could not pull an image.
 * - `none`: none of the other three.
 */
export type PodSymptom = 'ready' | 'crash' | 'pull' | 'none';

interface ContainerStatus {
  restartCount?: number;
  state?: { waiting?: { reason?: string }; running?: { startedAt?: string }; terminated?: { exitCode: number } };
  lastState?: { terminated?: { exitCode: number } };
}

const pullReasons = new Set(['ImagePullBackOff', 'ErrImagePull', 'InvalidImageName', 'ErrImageNeverPull']);
const crashReasons = new Set([
  'CrashLoopBackOff',
  'RunContainerError',
  'CreateContainerError',
  'CreateContainerConfigError',
]);
/** A kubelet resets a container's back-off after ten minutes without a crash (2 x MaxContainerBackOff, pkg/kubelet). */
const backOffResetMs = 600_000;

/**
 * Reads the symptom from the status of the pod. Crashes of init containers do not count.
 * @param takenAt The time of the snapshot.
 */
export function podSymptom(pod: KubeObject, takenAt: string): PodSymptom {
  const { containerStatuses = [], initContainerStatuses = [] } = pod['status'] ?? {};
  const statuses: ContainerStatus[] = [...initContainerStatuses, ...containerStatuses];
  if (statuses.some((status) => pullReasons.has(status.state?.waiting?.reason ?? ''))) return 'pull';
  if (containerStatuses.some((status: ContainerStatus) => isCrashing(status, takenAt))) return 'crash';
  return conditionOf(pod, 'Ready')?.status === 'True' ? 'ready' : 'none';
}

function isCrashing(status: ContainerStatus, takenAt: string): boolean {
  const { waiting, terminated } = status.state ?? {};
  if (crashReasons.has(waiting?.reason ?? '')) return true;
  return terminated ? terminated.exitCode !== 0 : crashedRecently(status, takenAt);
}

/**
 * True if the container crashed before its last restart, and has run for less than `backOffResetMs` after the restart.
 * In a crash loop, a container runs for a short time between two crashes. So a short run does not prove a recovery.
 */
function crashedRecently({ state, lastState, restartCount = 0 }: ContainerStatus, takenAt: string): boolean {
  const exitCode = lastState?.terminated?.exitCode ?? 0;
  const runningSince = Date.parse(state?.running?.startedAt ?? takenAt);
  return restartCount > 0 && exitCode !== 0 && Date.parse(takenAt) - runningSince < backOffResetMs;
}

/**
 * Returns how long a ready pod took to become ready after it was scheduled, in whole seconds. Without a time in the
 * condition PodScheduled, counts from `status.startTime`. Undefined if the pod has no start time or no ready time.
 */
export function secondsUntilReady(pod: KubeObject): number | undefined {
  const scheduledAt = conditionOf(pod, 'PodScheduled')?.lastTransitionTime ?? pod['status']?.startTime;
  const readyAt = conditionOf(pod, 'Ready')?.lastTransitionTime;
  const seconds = (Date.parse(readyAt ?? '') - Date.parse(scheduledAt ?? '')) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, Math.round(seconds)) : undefined;
}
