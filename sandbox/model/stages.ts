import { restartedAt } from '../../src/domain/kubernetes/restarted-at.ts';
import { restartTimeOf, type Behaviour, type Behaviours } from './behaviours.ts';
import { loadedAnnotation } from '../load/loadable.ts';
import { crashing, notPulled, runningStatus } from './pod-status.ts';

const ownerKey = '.metadata.ownerReferences.[].uid';
const restartTimeKey = `.metadata.annotations["${restartedAt}"]`;
const deletedKey = '.metadata.deletionTimestamp';

/**
 * Returns the configuration of KWOK that makes pods behave as inferred: a list of Stages. A Stage is a rule that
 * selects pods or nodes and changes their status, or deletes them. Stages select new pods by the uid of their
 * ReplicaSet, or by the time in their restart annotation. Pods that ran before the rehearsal have `loadedAnnotation`:
 * the Stages only delete these pods.
 * @param speed The number by which every delay is divided.
 */
export function stages(behaviours: Behaviours, speed: number): string {
  const groups = Map.groupBy(behaviours, ([id, behaviour]) => `${selectorKeyOf(id)} ${groupKey(behaviour)}`);
  const known = [...groups.values()].flatMap((members) => {
    const [first] = members;
    const values = members.map(([member]) => restartTimeOf(member) ?? member).sort();
    return first ? [{ behaviour: first[1], selector: { key: selectorKeyOf(first[0]), values } }] : [];
  });
  /** Matches the pods that none of the `known` Stages selects by this field. */
  const excluded = (key: string): Expression => {
    const values = known.flatMap(({ selector }) => (selector.key === key ? selector.values : []));
    // `NotIn` needs at least one value. No pod has the value `none`.
    return { key, operator: 'NotIn', values: [...values, 'none'].sort() };
  };
  const all = [
    nodeReady(),
    podGone(speed),
    ...known.flatMap(({ behaviour, selector }, index) =>
      podStages(`known-${index}`, behaviour, speed, [
        { ...selector, operator: 'In' },
        ...(selector.key === restartTimeKey ? [excluded(ownerKey)] : []),
      ]),
    ),
    // Pods of templates without an entry: the containers start, but the pods never become ready, because nobody knows
    // whether they would.
    ...podStages('never-observed', { kind: 'unknown', why: '' }, speed, [excluded(ownerKey), excluded(restartTimeKey)]),
  ];
  return all.map((stage) => JSON.stringify(stage)).join('\n---\n');
}

/** The field of a pod that KWOK compares with this key of `Behaviours`. */
function selectorKeyOf(behaviourKey: string): string {
  return restartTimeOf(behaviourKey) === undefined ? ownerKey : restartTimeKey;
}

interface Expression {
  key: string;
  operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  values?: string[];
}

interface Transition {
  next: object;
  delay?: object;
}

function groupKey(behaviour: Behaviour): string {
  return behaviour.kind === 'ready' ? `ready ${behaviour.seconds}` : behaviour.kind;
}

function podStages(name: string, behaviour: Behaviour, speed: number, selector: Expression[]): object[] {
  const own: Expression[] = [
    ...selector,
    { key: `.metadata.annotations["${loadedAnnotation.key}"]`, operator: 'DoesNotExist' },
    { key: deletedKey, operator: 'DoesNotExist' },
  ];
  const fresh: Expression = { key: '.status.podIP', operator: 'DoesNotExist' };
  if (behaviour.kind === 'crash') {
    return [stage(`${name}-crash`, 'Pod', [...own, fresh], { next: { statusTemplate: crashing } })];
  }
  if (behaviour.kind === 'pull') {
    return [stage(`${name}-pull`, 'Pod', [...own, fresh], { next: { statusTemplate: notPulled } })];
  }
  const starts = stage(`${name}-starts`, 'Pod', [...own, fresh], { next: { statusTemplate: runningStatus(false) } });
  if (behaviour.kind === 'unknown') return [starts];
  const waiting: Expression[] = [
    { key: '.status.podIP', operator: 'Exists' },
    { key: '.status.conditions.[] | select( .type == "Ready" ) | .status', operator: 'NotIn', values: ['True'] },
  ];
  const delay = { durationMilliseconds: Math.round((behaviour.seconds * 1000) / speed) };
  return [
    starts,
    stage(`${name}-ready`, 'Pod', [...own, ...waiting], { next: { statusTemplate: runningStatus(true) }, delay }),
  ];
}

/**
 * Deletes a pod that is being terminated. If a container runs, the deletion takes the whole grace period (divided by
 * `speed`), the longest time that Kubernetes allows. Otherwise the pod is deleted at once.
 */
function podGone(speed: number): object {
  const running = 'any(.status.containerStatuses[]?; .state.running)';
  const seconds = `if ${running} then (.metadata.deletionGracePeriodSeconds // 0) / ${speed} else 0 end`;
  const delay = { durationMilliseconds: 0, durationFrom: { expressionFrom: `((${seconds}) | tostring) + "s"` } };
  const next = { finalizers: { empty: true }, delete: true };
  return stage('pod-gone', 'Pod', [{ key: deletedKey, operator: 'Exists' }], { next, delay });
}

/**
 * Keeps the simulated nodes Ready (those that were Ready in the target). KWOK renews the leases of these nodes without
 * a Stage.
 */
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

/** Builds one Stage: which objects it selects, and what it changes. */
function stage(name: string, kind: 'Pod' | 'Node', matchExpressions: Expression[], transition: Transition): object {
  return {
    apiVersion: 'kwok.x-k8s.io/v1alpha1',
    kind: 'Stage',
    metadata: { name },
    spec: { resourceRef: { apiGroup: 'v1', kind }, selector: { matchExpressions }, ...transition },
  };
}
