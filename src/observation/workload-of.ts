import type { Alert } from '../domain/alert.ts';
import { kubernetesNameSchema } from '../domain/kubernetes.ts';

/** The Deployment that an incident is about. */
export interface Workload {
  namespace: string;
  deployment: string;
}

/** Labels by which an alert names its workload, as kube-state-metrics has them. */
export const workloadLabels = ['namespace', 'deployment'] as const;

/**
 * The one Deployment that the alerts name. Alerts without these labels say nothing about it; firing ones count first.
 * @returns `none` with the reason where no alert names one, or where they name several: a person has to choose then.
 */
export function workloadOf(alerts: readonly Alert[]): Workload | { none: string } {
  const firing = alerts.filter((alert) => alert.status === 'firing');
  const named = (firing.length > 0 ? firing : alerts).filter(({ labels }) =>
    workloadLabels.every((key) => key in labels),
  );
  if (named.length === 0) return { none: 'no alert names a workload by the labels namespace and deployment' };
  for (const { labels } of named) {
    const wrong = workloadLabels.find((key) => !kubernetesNameSchema.safeParse(labels[key]).success);
    if (wrong) return { none: `the label ${wrong} of an alert is not a name that Kubernetes accepts` };
  }
  const [first, ...others] = new Set(named.map(({ labels }) => `${labels['namespace']}/${labels['deployment']}`));
  if (others.length > 0) return { none: `the alerts name ${others.length + 1} workloads: a person has to choose one` };
  const [namespace = '', deployment = ''] = first?.split('/') ?? [];
  return { namespace, deployment };
}
