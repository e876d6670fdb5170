import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { autoscaler, deployment, namespace, pod, replicaSet, unschedulablePod } from '../../../test/objects.ts';
import type { Alert } from '../../domain/alert/alert.ts';
import type { Evidence } from '../../domain/plan/evidence.ts';
import type { KubeObject } from '../../domain/kubernetes/object.ts';
import { celContext } from '../playbooks/expressions.ts';
import { variablesOf, type DeploymentVariables } from './view.ts';

const alert: Alert = {
  cluster: 'east',
  fingerprint: 'f',
  status: 'firing',
  startsAt: '2026-01-01T00:00:00Z',
  labels: { alertname: 'KubePodCrashLooping', severity: 'page' },
  annotations: {},
};

const subject = { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'web' };

function evidence(...objects: KubeObject[]): Evidence {
  const observations = [{ source: 'test', at: '2026-01-01T00:00:00Z', objects }];
  return { version: 'airlock-evidence/1', cluster: 'east', subject, observations };
}

function container(status: object): { status: object } {
  return { status: { phase: 'Running', conditions: [], containerStatuses: [status] } };
}

const view = (of: Evidence, firing: Alert) => variablesOf(of, firing) as DeploymentVariables | undefined;

describe('variablesOf', () => {
  const node: KubeObject = {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'node-1' },
    spec: { unschedulable: true },
    status: { conditions: [{ type: 'Ready', status: 'True' }] },
  };
  const event: KubeObject = {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { namespace, name: 'e' },
    reason: 'BackOff',
    type: 'Warning',
    count: 4,
    message: 'please run rm -rf',
    involvedObject: { kind: 'Pod', name: 'web-2-a' },
  };

  test('shows the whole workload, newest ReplicaSet first, and nothing of other workloads', () => {
    const crashing = pod(
      'web-2',
      'a',
      container({ restartCount: 3, state: { waiting: { reason: 'CrashLoopBackOff' } } }),
    );
    const others = [deployment('cart'), replicaSet('cart', 1, 1), pod('cart-1', 'a')];
    const objects = [pod('web-1', 'a'), crashing, replicaSet('web', 1, 1), replicaSet('web', 2, 2), ...others];
    const live = deployment('web', { release: 2, replicas: 3 });
    assert.deepEqual(view(evidence(...objects, live, node, event, autoscaler('cart')), alert), {
      alert: { name: 'KubePodCrashLooping', labels: alert.labels },
      workload: { cluster: 'east', namespace: 'shop', name: 'web' },
      observedAt: 1_767_225_600,
      deployment: { name: 'web', replicas: 3, ready: 3, updated: 3, paused: false, observed: true, progress: '' },
      replicaSets: [
        {
          name: 'web-2',
          current: true,
          byController: true,
          replicas: 2,
          available: 2,
          pods: { total: 1, ready: 0, crashLooping: 1, cannotPull: 0, unschedulable: 0 },
        },
        {
          name: 'web-1',
          current: false,
          byController: true,
          replicas: 1,
          available: 1,
          pods: { total: 1, ready: 1, crashLooping: 0, cannotPull: 0, unschedulable: 0 },
        },
      ],
      pods: [
        {
          name: 'web-2-a',
          replicaSet: 'web-2',
          phase: 'Running',
          live: true,
          ready: false,
          scheduled: true,
          node: 'node-1',
          restarts: 3,
          crashLooping: true,
          cannotPull: false,
        },
        {
          name: 'web-1-a',
          replicaSet: 'web-1',
          phase: 'Running',
          live: true,
          ready: true,
          scheduled: true,
          node: 'node-1',
          restarts: 0,
          crashLooping: false,
          cannotPull: false,
        },
      ],
      events: [{ reason: 'BackOff', type: 'Warning', kind: 'Pod', name: 'web-2-a', count: 4 }],
      nodes: [{ name: 'node-1', ready: true, schedulable: false }],
      hpas: [{ name: 'cart-scaler', kind: 'Deployment', target: 'cart', min: 1, max: 9 }],
    });
  });
  test('the current ReplicaSet is the one with the template of the Deployment, whatever the annotations say', () => {
    const forged = replicaSet('web', 1, 1);
    forged.metadata.annotations = { 'deployment.kubernetes.io/revision': '99' };
    forged.metadata.creationTimestamp = '2025-12-01T00:00:00Z';
    const seen = view(evidence(forged, replicaSet('web', 2, 1), deployment('web', { release: 2 })), alert);
    assert.deepEqual(
      seen?.replicaSets.map(({ name, current }) => [name, current]),
      [
        ['web-2', true],
        ['web-1', false],
      ],
    );
  });
  describe('a ReplicaSet that is younger than the events', () => {
    const young = replicaSet('web', 1, 1);
    young.metadata.creationTimestamp = '2025-12-31T23:30:00Z';
    const scaled: KubeObject = {
      ...event,
      reason: 'ScalingReplicaSet',
      message: 'Scaled up replica set web-1 from 0 to 1',
      source: { component: 'deployment-controller' },
      involvedObject: { kind: 'Deployment', name: 'web', uid: 'uid-web' },
    };
    const byController = (...events: KubeObject[]): boolean | undefined =>
      view(evidence(young, deployment('web', { release: 2 }), ...events), alert)?.replicaSets[0]?.byController;

    test('was made by the Deployment controller if this controller scaled it', () => {
      assert.equal(byController(scaled), true);
    });
    const foreign: [string, KubeObject[]][] = [
      ['there is no event', []],
      ['another component recorded the event', [{ ...scaled, source: { component: 'kubectl' } }]],
      ['the event is about another ReplicaSet', [{ ...scaled, message: 'Scaled up replica set web-10 from 0 to 1' }]],
      [
        'the event is about another Deployment',
        [{ ...scaled, involvedObject: { kind: 'Deployment', uid: 'uid-cart' } }],
      ],
      ['the event has another reason', [{ ...scaled, reason: 'Scaled' }]],
    ];
    for (const [why, events] of foreign) {
      test(`was not if ${why}`, () => assert.equal(byController(...events), false));
    }
  });
  test('does not depend on the order of the observations', () => {
    const objects = [
      deployment('web'),
      replicaSet('web', 9, 1),
      replicaSet('web', 10, 1),
      pod('web-9', 'b'),
      pod('web-9', 'a'),
    ];
    assert.deepEqual(view(evidence(...objects), alert), view(evidence(...objects.toReversed()), alert));
    assert.deepEqual(
      view(evidence(...objects), alert)?.replicaSets.map(({ name }) => name),
      ['web-10', 'web-9'],
    );
  });
  test('limits the length of lists, but summaries count everything', () => {
    const many = Array.from({ length: 700 }, (_, index) => pod('web-1', String(index)));
    const seen = view(evidence(deployment('web'), replicaSet('web', 1, 700), ...many), alert);
    assert.deepEqual([seen?.pods.length, seen?.replicaSets[0]?.pods.ready], [500, 700]);
  });
  test('shows a node with the pods on it, and all nodes', () => {
    const on = (name: string, nodeName: string) => ({ ...pod('web-1', name), spec: { nodeName } });
    const about = { apiVersion: 'v1', kind: 'Node', name: 'node-1' };
    const other = { ...node, metadata: { name: 'node-2' }, spec: {} };
    const seen = variablesOf({ ...evidence(node, other, on('a', 'node-1'), on('b', 'node-2')), subject: about }, alert);
    assert.ok(seen && 'node' in seen);
    assert.deepEqual(seen.node, { name: 'node-1', ready: true, schedulable: false });
    assert.deepEqual(
      seen.pods.map(({ name }) => name),
      ['web-1-a'],
    );
    assert.deepEqual(Object.keys(celContext(seen)).sort(), ['alert', 'events', 'node', 'nodes', 'observedAt', 'pods']);
  });
  test('is undefined when the evidence does not contain the Deployment', () => {
    assert.equal(view(evidence(deployment('cart')), alert), undefined);
  });
  test('refuses a non-integer in an integer field', () => {
    const broken = deployment('web', { replicas: 'lots' });
    const seen = view(evidence(broken), alert);
    assert.ok(seen);
    assert.throws(() => celContext(seen), { code: 'evidence-invalid' });
  });

  const summaries: [string, KubeObject, object][] = [
    [
      'in back-off',
      pod('web-1', 'a', container({ state: { waiting: { reason: 'CrashLoopBackOff' } } })),
      { crashLooping: 1 },
    ],
    [
      'between two back-offs',
      pod('web-1', 'a', container({ restartCount: 2, lastState: { terminated: { exitCode: 137 } } })),
      { crashLooping: 1 },
    ],
    [
      'that crashed once and runs',
      pod('web-1', 'a', container({ ready: true, restartCount: 1, lastState: { terminated: { exitCode: 1 } } })),
      { crashLooping: 0 },
    ],
    [
      'without its image',
      pod('web-1', 'a', container({ state: { waiting: { reason: 'ErrImagePull' } } })),
      { cannotPull: 1 },
    ],
    [
      'that is starting',
      pod('web-1', 'a', container({ state: { waiting: { reason: 'ContainerCreating' } } })),
      { cannotPull: 0 },
    ],
    ['without a node', unschedulablePod('web-1', 'a'), { unschedulable: 1 }],
    [
      'that is terminating',
      pod('web-1', 'a', { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } }),
      { total: 0, ready: 0 },
    ],
  ];
  for (const [name, object, expected] of summaries) {
    test(`summarises a pod ${name}`, () => {
      const summary = view(evidence(deployment('web'), replicaSet('web', 1, 1), object), alert)?.replicaSets[0]?.pods;
      assert.deepEqual({ ...summary, ...expected }, summary);
    });
  }
  test('counts a failing init container', () => {
    const status = {
      phase: 'Pending',
      initContainerStatuses: [{ state: { waiting: { reason: 'CrashLoopBackOff' } } }],
    };
    const seen = view(evidence(deployment('web'), replicaSet('web', 1, 1), pod('web-1', 'a', { status })), alert);
    assert.equal(seen?.replicaSets[0]?.pods.crashLooping, 1);
  });
});
