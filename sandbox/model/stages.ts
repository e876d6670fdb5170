import { restartedAt } from '../../src/domain/kubernetes/restarted-at.ts';
import { restartTimeOf, type Behaviour, type Behaviours } from './behaviours.ts';
import { loadedAnnotation } from '../load/loadable.ts';
import { crashBackOffStatus, pullBackOffStatus, runningStatus } from './pod-status.ts';

// Fields of a pod or node, as jq expressions.
const ownerUidField = '.metadata.ownerReferences.[].uid';
const restartTimeField = `.metadata.annotations["${restartedAt}"]`;
const deletionTimeField = '.metadata.deletionTimestamp';

/**
 * Returns the configuration of KWOK: a list of Stages that make new pods behave as inferred. A Stage is a rule: KWOK
 * changes the status of the selected pods or nodes, or deletes the selected pods. New pods are selected by the uid of
 * their ReplicaSet, or by the value of their annotation `restartedAt`. Pods with `loadedAnnotation` are not new. Only
 * the Stage `pod-gone` selects these pods.
 * @param speed The number by which every delay is divided.
 */
export function renderStages(behaviours: Behaviours, speed: number): string {
  // Entries with the same field and the same group key share Stages.
  const grouped = Map.groupBy(behaviours, ([key, behaviour]) => `${fieldOf(key)} ${groupKey(behaviour)}`);
  const groups = [...grouped.values()].flatMap((entries) => {
    const [first] = entries;
    const values = entries.map(([key]) => restartTimeOf(key) ?? key).sort();
    return first ? [{ behaviour: first[1], selector: { key: fieldOf(first[0]), values } }] : [];
  });
  /** Matches the pods that no group selects by this field. */
  const inNoGroup = (field: string): Expression => {
    const values = groups.flatMap(({ selector }) => (selector.key === field ? selector.values : []));
    // `NotIn` needs at least one value. No pod has the value `none`.
    return { key: field, operator: 'NotIn', values: [...values, 'none'].sort() };
  };
  const all = [
    nodeReady(),
    podGone(speed),
    ...groups.flatMap(({ behaviour, selector }, index) =>
      podStages(`group-${index}`, behaviour, speed, [
        { ...selector, operator: 'In' },
        // A pod whose owner uid is in a group belongs only to that group.
        ...(selector.key === restartTimeField ? [inNoGroup(ownerUidField)] : []),
      ]),
    ),
    // Pods of templates without an entry in `behaviours`. Their containers run, but these pods never become ready.
    ...podStages('no-entry', { kind: 'unknown', why: '' }, speed, [
      inNoGroup(ownerUidField),
      inNoGroup(restartTimeField),
    ]),
  ];
  return all.map((stage) => JSON.stringify(stage)).join('\n---\n');
}

/** Returns the field of a pod that KWOK compares with this key of `Behaviours`. */
function fieldOf(behaviourKey: string): string {
  return restartTimeOf(behaviourKey) === undefined ? ownerUidField : restartTimeField;
}

/** One condition of a Stage's selector. */
interface Expression {
  key: string;
  operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  values?: string[];
}

/** What a Stage does (`next`), and how long KWOK waits first (`delay`). */
interface Transition {
  next: object;
  delay?: object;
}

/** Behaviours with the same group key need the same Stages. */
function groupKey(behaviour: Behaviour): string {
  return behaviour.kind === 'ready' ? `ready ${behaviour.seconds}` : behaviour.kind;
}

/** Returns the Stages that make the selected new pods behave as inferred. */
function podStages(name: string, behaviour: Behaviour, speed: number, selector: Expression[]): object[] {
  const newPods: Expression[] = [
    ...selector,
    { key: `.metadata.annotations["${loadedAnnotation.key}"]`, operator: 'DoesNotExist' },
    { key: deletionTimeField, operator: 'DoesNotExist' },
  ];
  // The first status that KWOK writes to a pod contains `podIP`.
  const notStarted: Expression = { key: '.status.podIP', operator: 'DoesNotExist' };
  if (behaviour.kind === 'crash') {
    return [stage(`${name}-crash`, 'Pod', [...newPods, notStarted], { next: { statusTemplate: crashBackOffStatus } })];
  }
  if (behaviour.kind === 'pull') {
    return [stage(`${name}-pull`, 'Pod', [...newPods, notStarted], { next: { statusTemplate: pullBackOffStatus } })];
  }
  const starts = stage(`${name}-starts`, 'Pod', [...newPods, notStarted], {
    next: { statusTemplate: runningStatus(false) },
  });
  if (behaviour.kind === 'unknown') return [starts];
  const notReady: Expression[] = [
    { key: '.status.podIP', operator: 'Exists' },
    { key: '.status.conditions.[] | select( .type == "Ready" ) | .status', operator: 'NotIn', values: ['True'] },
  ];
  const delay = { durationMilliseconds: Math.round((behaviour.seconds * 1000) / speed) };
  return [
    starts,
    stage(`${name}-ready`, 'Pod', [...newPods, ...notReady], { next: { statusTemplate: runningStatus(true) }, delay }),
  ];
}

/**
 * Returns the Stage that removes the finalizers of a terminating pod and deletes the pod. If one of its containers
 * runs, KWOK first waits for the grace period, divided by `speed`: a kubelet never waits longer. If no container runs,
 * KWOK does not wait.
 */
function podGone(speed: number): object {
  const anyRuns = 'any(.status.containerStatuses[]?; .state.running)';
  const seconds = `if ${anyRuns} then (.metadata.deletionGracePeriodSeconds // 0) / ${speed} else 0 end`;
  const delay = { durationMilliseconds: 0, durationFrom: { expressionFrom: `((${seconds}) | tostring) + "s"` } };
  const next = { finalizers: { empty: true }, delete: true };
  return stage('pod-gone', 'Pod', [{ key: deletionTimeField, operator: 'Exists' }], { next, delay });
}

/** Returns the Stage that makes a simulated node Ready. KWOK renews the leases of simulated nodes without a Stage. */
function nodeReady(): object {
  const ready = '.status.conditions.[] | select( .type == "Ready" ) | .status';
  const statusTemplate = `{{ $now := Now }}
conditions:
- {type: Ready, status: "True", reason: KubeletReady, message: rehearsed, lastHeartbeatTime: {{ $now | Quote }}, lastTransitionTime: {{ $now | Quote }}}
`;
  return stage('node-ready', 'Node', [{ key: ready, operator: 'NotIn', values: ['True'] }], {
    next: { statusTemplate },
  });
}

/** Returns a Stage for the objects that match all of `matchExpressions`. */
function stage(name: string, kind: 'Pod' | 'Node', matchExpressions: Expression[], transition: Transition): object {
  return {
    apiVersion: 'kwok.x-k8s.io/v1alpha1',
    kind: 'Stage',
    metadata: { name },
    spec: { resourceRef: { apiGroup: 'v1', kind }, selector: { matchExpressions }, ...transition },
  };
}
