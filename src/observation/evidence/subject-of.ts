import type { Alert } from '../../domain/alert/alert.ts';
import { describeRef, kubernetesNameSchema, type ObjectRef } from '../../domain/kubernetes/object.ts';

type Labels = Alert['labels'];

/** A kind of object that an alert can name by its labels. The metrics of kube-state-metrics have these labels. */
interface SubjectKind {
  /** The names of the labels. An alert names an object of this kind only if it has all these labels. */
  labelNames: readonly string[];
  /** Returns the object that the labels name. */
  refOf(labels: Labels): ObjectRef;
}

/**
 * If an alert has the labels of several kinds, only the first of these kinds counts. Deployment is first, because an
 * alert about a pod of a Deployment often has the label `node` too.
 */
const subjectKinds: readonly SubjectKind[] = [
  {
    labelNames: ['namespace', 'deployment'],
    refOf: ({ namespace = '', deployment = '' }) => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      namespace,
      name: deployment,
    }),
  },
  { labelNames: ['node'], refOf: ({ node = '' }) => ({ apiVersion: 'v1', kind: 'Node', name: node }) },
];

/**
 * Finds the Deployment or Node that the alerts name. If any alert is firing, all resolved alerts are ignored. An alert
 * that names no object is ignored too.
 * @returns a reference to the object. `none`: why no single object was found.
 */
export function subjectOf(alerts: readonly Alert[]): ObjectRef | { none: string } {
  const firing = alerts.filter((alert) => alert.status === 'firing');
  const named = (firing.length > 0 ? firing : alerts).flatMap(({ labels }) => {
    const kind = subjectKinds.find(({ labelNames }) => labelNames.every((key) => key in labels));
    return kind ? [{ kind, labels }] : [];
  });
  if (named.length === 0) {
    return { none: 'no alert names a workload (labels namespace and deployment) or a node (label node)' };
  }
  for (const { kind, labels } of named) {
    const invalid = kind.labelNames.find((key) => !kubernetesNameSchema.safeParse(labels[key]).success);
    if (invalid) return { none: `the value of the label ${invalid} of an alert is not a valid Kubernetes name` };
  }
  const subjects = new Map(named.map(({ kind, labels }) => kind.refOf(labels)).map((ref) => [describeRef(ref), ref]));
  const [first, ...others] = subjects.values();
  if (first && others.length === 0) return first;
  return {
    none: `the alerts name ${subjects.size} workloads or nodes: a person has to request the repair of one of them`,
  };
}
