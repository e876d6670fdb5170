import { conditionOf } from '../../src/domain/kubernetes/object-status.ts';
import type { KubeObject } from '../../src/domain/kubernetes/object.ts';

/** What one pod shows about the behaviour of its template. `none`: the pod shows nothing yet. */
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
/**
 * A kubelet resets the back-off of a container after ten minutes without a crash (twice MaxContainerBackOff,
 * pkg/kubelet).
 */
const backOffResetMs = 600_000;

/** Reads the symptom from the container statuses and conditions of the pod. @param takenAt time of the snapshot. */
export function podSymptom(pod: KubeObject, takenAt: string): PodSymptom {
  const { containerStatuses = [], initContainerStatuses = [] } = pod['status'] ?? {};
  const statuses: ContainerStatus[] = [...initContainerStatuses, ...containerStatuses];
  if (statuses.some((status) => pullReasons.has(status.state?.waiting?.reason ?? ''))) return 'pull';
  if (containerStatuses.some((status: ContainerStatus) => crashes(status, takenAt))) return 'crash';
  return conditionOf(pod, 'Ready')?.status === 'True' ? 'ready' : 'none';
}

function crashes(status: ContainerStatus, takenAt: string): boolean {
  const { waiting, terminated } = status.state ?? {};
  if (crashReasons.has(waiting?.reason ?? '')) return true;
  return terminated ? terminated.exitCode !== 0 : crashedRecently(status, takenAt);
}

/**
 * True if the container has crashed and has run for less than the back-off reset since. A container in a crash loop
 * also runs between two crashes, so a short run does not show a recovery.
 */
function crashedRecently({ state, lastState, restartCount = 0 }: ContainerStatus, takenAt: string): boolean {
  const code = lastState?.terminated?.exitCode ?? 0;
  const runsSince = Date.parse(state?.running?.startedAt ?? takenAt);
  return restartCount > 0 && code !== 0 && Date.parse(takenAt) - runsSince < backOffResetMs;
}

/**
 * For a ready pod, returns the whole seconds from PodScheduled to Ready. Without PodScheduled, `status.startTime` is
 * the start. Returns undefined if a time is missing.
 */
export function measuredStart(pod: KubeObject): number | undefined {
  const scheduledAt = conditionOf(pod, 'PodScheduled')?.lastTransitionTime ?? pod['status']?.startTime;
  const readyAt = conditionOf(pod, 'Ready')?.lastTransitionTime;
  const seconds = (Date.parse(readyAt ?? '') - Date.parse(scheduledAt ?? '')) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, Math.round(seconds)) : undefined;
}
