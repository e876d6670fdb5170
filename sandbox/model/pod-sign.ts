import { condition } from '../../src/domain/rehearsal/measurement.ts';
import type { KubeObject } from '../../src/domain/kubernetes/object.ts';

/** What one pod says about its template. `open`: nothing yet. */
export type PodSign = 'ready' | 'crash' | 'pull' | 'open';

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
/** A kubelet forgets a crash after ten minutes of running (MaxContainerBackOff twice, pkg/kubelet). */
const forgottenAfterMs = 600_000;

/** Reads the sign from container statuses and conditions, at the time of the snapshot. */
export function podSign(pod: KubeObject, takenAt: string): PodSign {
  const { containerStatuses = [], initContainerStatuses = [] } = pod['status'] ?? {};
  const statuses: ContainerStatus[] = [...initContainerStatuses, ...containerStatuses];
  if (statuses.some((status) => pullReasons.has(status.state?.waiting?.reason ?? ''))) return 'pull';
  if (containerStatuses.some((status: ContainerStatus) => crashes(status, takenAt))) return 'crash';
  return condition(pod, 'Ready')?.status === 'True' ? 'ready' : 'open';
}

function crashes(status: ContainerStatus, takenAt: string): boolean {
  const { waiting, terminated } = status.state ?? {};
  if (crashReasons.has(waiting?.reason ?? '')) return true;
  return terminated ? terminated.exitCode !== 0 : crashedLately(status, takenAt);
}

/** It runs now, but so it did before each of its crashes. */
function crashedLately({ state, lastState, restartCount = 0 }: ContainerStatus, takenAt: string): boolean {
  const code = lastState?.terminated?.exitCode ?? 0;
  const runsSince = Date.parse(state?.running?.startedAt ?? takenAt);
  return restartCount > 0 && code !== 0 && Date.parse(takenAt) - runsSince < forgottenAfterMs;
}

/** Whole seconds from being given a node to being Ready; undefined where the pod does not tell. */
export function measuredStart(pod: KubeObject): number | undefined {
  const from = condition(pod, 'PodScheduled')?.lastTransitionTime ?? pod['status']?.startTime;
  const to = condition(pod, 'Ready')?.lastTransitionTime;
  const seconds = (Date.parse(to ?? '') - Date.parse(from ?? '')) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, Math.round(seconds)) : undefined;
}
