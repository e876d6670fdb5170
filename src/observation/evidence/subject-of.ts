import type { Alert } from '../../domain/alert/alert.ts';
import { describeRef, kubernetesNameSchema, type ObjectRef } from '../../domain/kubernetes/object.ts';

type Labels = Alert['labels'];

/** A kind of subject: the labels by which an alert names one, as kube-state-metrics has them. */
interface Naming {
  labels: readonly string[];
  refOf(labels: Labels): ObjectRef;
}

/** In order: an alert about a pod's Deployment often says the pod's node too. */
const namings: readonly Naming[] = [
  {
    labels: ['namespace', 'deployment'],
    refOf: ({ namespace = '', deployment = '' }) => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      namespace,
      name: deployment,
    }),
  },
  { labels: ['node'], refOf: ({ node = '' }) => ({ apiVersion: 'v1', kind: 'Node', name: node }) },
];

/**
 * The one Deployment or Node that the alerts name. Alerts without these labels say nothing about it; firing ones count
 * first.
 * @returns `none` with the reason where no alert names one, or where they name several: a person has to choose then.
 */
export function subjectOf(alerts: readonly Alert[]): ObjectRef | { none: string } {
  const firing = alerts.filter((alert) => alert.status === 'firing');
  const named = (firing.length > 0 ? firing : alerts).flatMap(({ labels }) => {
    const naming = namings.find((one) => one.labels.every((key) => key in labels));
    return naming ? [{ naming, labels }] : [];
  });
  if (named.length === 0) {
    return { none: 'no alert names a workload by the labels namespace and deployment, or a node by the label node' };
  }
  for (const { naming, labels } of named) {
    const wrong = naming.labels.find((key) => !kubernetesNameSchema.safeParse(labels[key]).success);
    if (wrong) return { none: `the label ${wrong} of an alert is not a name that Kubernetes accepts` };
  }
  const subjects = new Map(
    named.map(({ naming, labels }) => naming.refOf(labels)).map((ref) => [describeRef(ref), ref]),
  );
  const [first, ...others] = subjects.values();
  if (first && others.length === 0) return first;
  return { none: `the alerts name ${subjects.size} workloads or nodes: a person has to choose one` };
}
