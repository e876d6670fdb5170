import type { Alert } from '../../domain/alert/alert.ts';
import { describeRef, kubernetesNameSchema, type ObjectRef } from '../../domain/kubernetes/object.ts';

type Labels = Alert['labels'];

/** The labels by which alerts name an object of one kind. kube-state-metrics uses these labels. */
interface SubjectLabels {
  /** The alert must have all of these labels. */
  labels: readonly string[];
  /** Returns the object that the labels name. */
  refOf(labels: Labels): ObjectRef;
}

/**
 * The kinds of objects that an alert can name. If an alert has the labels of several kinds, the first kind counts.
 * Deployment is first, because an alert about a pod of a Deployment often names the pod's node too.
 */
const subjectKinds: readonly SubjectLabels[] = [
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
 * Finds the Deployment or Node that the alerts name. If any alert is firing, resolved alerts are ignored. Alerts
 * without the labels of a kind in `subjectKinds` are ignored too.
 * @returns the object, or a reason in `none`: no alert names an object, a name is invalid, or the alerts name several
 * objects.
 */
export function subjectOf(alerts: readonly Alert[]): ObjectRef | { none: string } {
  const firing = alerts.filter((alert) => alert.status === 'firing');
  const named = (firing.length > 0 ? firing : alerts).flatMap(({ labels }) => {
    const kind = subjectKinds.find((one) => one.labels.every((key) => key in labels));
    return kind ? [{ kind, labels }] : [];
  });
  if (named.length === 0) {
    return { none: 'no alert names a workload by the labels namespace and deployment, or a node by the label node' };
  }
  for (const { kind, labels } of named) {
    const invalid = kind.labels.find((key) => !kubernetesNameSchema.safeParse(labels[key]).success);
    if (invalid) return { none: `the label ${invalid} of an alert is not a valid Kubernetes name` };
  }
  const subjects = new Map(named.map(({ kind, labels }) => kind.refOf(labels)).map((ref) => [describeRef(ref), ref]));
  const [first, ...others] = subjects.values();
  if (first && others.length === 0) return first;
  return { none: `the alerts name ${subjects.size} workloads or nodes: a person has to choose one` };
}
