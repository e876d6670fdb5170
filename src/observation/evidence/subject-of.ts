import type { Alert } from '../../domain/alert/alert.ts';
import { describeRef, kubernetesNameSchema, type ObjectRef } from '../../domain/kubernetes/object.ts';

type Labels = Alert['labels'];

/** The labels by which alerts name a kind of object (kube-state-metrics has the same), and the reference that they give. */
interface SubjectLabels {
  labels: readonly string[];
  refOf(labels: Labels): ObjectRef;
}

/** The first kind whose labels an alert has counts: an alert about a Deployment's pod often names the pod's node too. */
const kinds: readonly SubjectLabels[] = [
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
 * The Deployment or Node that the alerts name. When some alerts fire, only these count. Alerts without the labels are
 * ignored.
 * @returns `none` with the reason when no alert names an object, or when they name several and a person has to choose.
 */
export function subjectOf(alerts: readonly Alert[]): ObjectRef | { none: string } {
  const firing = alerts.filter((alert) => alert.status === 'firing');
  const named = (firing.length > 0 ? firing : alerts).flatMap(({ labels }) => {
    const kind = kinds.find((one) => one.labels.every((key) => key in labels));
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
