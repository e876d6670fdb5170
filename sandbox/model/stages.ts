import { restartedAt } from '../../src/domain/kubernetes/restarted-at.ts';
import { restartTimeOf, type Behaviour, type Behaviours } from './behaviours.ts';
import { mark } from '../load/loadable.ts';
import { crashing, notPulled, runningStatus } from './pod-status.ts';

const owner = '.metadata.ownerReferences.[].uid';
const restart = `.metadata.annotations["${restartedAt}"]`;
const deleted = '.metadata.deletionTimestamp';

/**
 * KWOK's configuration (Stages) that makes pods do what the behaviours say. Pods are told apart by the uid of their
 * ReplicaSet, or by the time that the plan gives those that it makes anew. Pods that ran before the rehearsal carry the
 * mark and are left as they are, until they are deleted.
 * @param speed modelled delays run divided by it.
 */
export function stages(behaviours: Behaviours, speed: number): string {
  const groups = Map.groupBy(behaviours, ([known, behaviour]) => `${placeOf(known)} ${key(behaviour)}`);
  const known = [...groups.values()].flatMap((members) => {
    const [first] = members;
    const values = members.map(([member]) => restartTimeOf(member) ?? member).sort();
    return first ? [{ behaviour: first[1], whose: { key: placeOf(first[0]), values } }] : [];
  });
  const others = (place: string): Expression => {
    const values = known.flatMap(({ whose }) => (whose.key === place ? whose.values : []));
    return { key: place, operator: 'NotIn', values: [...values, 'none'].sort() };
  };
  const all = [
    nodeReady(),
    podGone(speed),
    ...known.flatMap(({ behaviour, whose }, index) =>
      podStages(`known-${index}`, behaviour, speed, [
        { ...whose, operator: 'In' },
        ...(whose.key === restart ? [others(owner)] : []),
      ]),
    ),
    // Never seen: containers start, and whether they ever become ready is not known.
    ...podStages('never-seen', { kind: 'unknown', why: '' }, speed, [others(owner), others(restart)]),
  ];
  return all.map((stage) => JSON.stringify(stage)).join('\n---\n');
}

/** What of a pod tells that it is meant. */
function placeOf(known: string): string {
  return restartTimeOf(known) === undefined ? owner : restart;
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

function key(behaviour: Behaviour): string {
  return behaviour.kind === 'ready' ? `ready ${behaviour.seconds}` : behaviour.kind;
}

function podStages(name: string, behaviour: Behaviour, speed: number, whose: Expression[]): object[] {
  const mine: Expression[] = [
    ...whose,
    { key: `.metadata.annotations["${mark.key}"]`, operator: 'DoesNotExist' },
    { key: deleted, operator: 'DoesNotExist' },
  ];
  const fresh: Expression = { key: '.status.podIP', operator: 'DoesNotExist' };
  if (behaviour.kind === 'crash')
    return [stage(`${name}-crash`, 'Pod', [...mine, fresh], { next: { statusTemplate: crashing } })];
  if (behaviour.kind === 'pull')
    return [stage(`${name}-pull`, 'Pod', [...mine, fresh], { next: { statusTemplate: notPulled } })];
  const starts = stage(`${name}-starts`, 'Pod', [...mine, fresh], { next: { statusTemplate: runningStatus(false) } });
  if (behaviour.kind === 'unknown') return [starts];
  const waiting: Expression[] = [
    { key: '.status.podIP', operator: 'Exists' },
    { key: '.status.conditions.[] | select( .type == "Ready" ) | .status', operator: 'NotIn', values: ['True'] },
  ];
  const delay = { durationMilliseconds: Math.round((behaviour.seconds * 1000) / speed) };
  return [
    starts,
    stage(`${name}-ready`, 'Pod', [...mine, ...waiting], { next: { statusTemplate: runningStatus(true) }, delay }),
  ];
}

/** Where a container runs the whole grace period is taken (divided by speed): it is the longest that it may take. */
function podGone(speed: number): object {
  const running = 'any(.status.containerStatuses[]?; .state.running)';
  const seconds = `if ${running} then (.metadata.deletionGracePeriodSeconds // 0) / ${speed} else 0 end`;
  const delay = { durationMilliseconds: 0, durationFrom: { expressionFrom: `((${seconds}) | tostring) + "s"` } };
  const next = { finalizers: { empty: true }, delete: true };
  return stage('pod-gone', 'Pod', [{ key: deleted, operator: 'Exists' }], { next, delay });
}

/** Kubelets of nodes that were Ready go on saying so; KWOK renews their leases by itself. */
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

/** One Stage: the objects of a kind that it is for, and what becomes of them. */
function stage(name: string, kind: 'Pod' | 'Node', matchExpressions: Expression[], what: Transition): object {
  return {
    apiVersion: 'kwok.x-k8s.io/v1alpha1',
    kind: 'Stage',
    metadata: { name },
    spec: { resourceRef: { apiGroup: 'v1', kind }, selector: { matchExpressions }, ...what },
  };
}
