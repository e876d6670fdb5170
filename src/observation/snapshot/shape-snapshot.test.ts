import assert from 'node:assert/strict';
import { test } from 'node:test';
import { vaultLabels } from '../../domain/kubernetes/minted-labels.ts';
import type { KubeObject } from '../../domain/kubernetes/object.ts';
import { shapeSnapshot } from './shape-snapshot.ts';

function pod(namespace: string): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', namespace, uid: 'u', labels: { app: 'p' }, annotations: { note: 'private' }, generation: 1 },
    spec: {
      nodeName: 'n1',
      priority: 5,
      tolerations: [{ operator: 'Exists' }],
      containers: [
        {
          name: 'c',
          image: 'i:1',
          command: ['private'],
          env: [{ name: 'K', value: 'private' }],
          resources: { requests: { cpu: '1' } },
          ports: [{ hostPort: 80, containerPort: 80 }],
        },
      ],
      volumes: [
        { name: 'claim', persistentVolumeClaim: { claimName: 'data' } },
        { name: 'map', configMap: { name: 'private' } },
      ],
    },
    status: {
      phase: 'Running',
      podIP: 'private',
      message: 'private',
      nominatedNodeName: 'n2',
      qosClass: 'Burstable',
      conditions: [{ type: 'Ready', status: 'False', reason: 'Failed', message: 'private', lastProbeTime: 'private' }],
      containerStatuses: [
        {
          name: 'c',
          restartCount: 2,
          imageID: 'private',
          image: 'private',
          volumeMounts: ['private'],
          state: { waiting: { reason: 'CrashLoopBackOff', message: 'private' } },
          lastState: { terminated: { exitCode: 1, reason: 'Error', message: 'private', containerID: 'private' } },
        },
      ],
    },
  };
}

function map(name: string, namespace = 'shop'): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace }, data: { key: 'value' } };
}

test('keeps pods of the plan’s namespace whole', () => {
  assert.deepEqual(shapeSnapshot([pod('shop')], 'shop'), [pod('shop')]);
});

test('keeps of pods of other namespaces what scheduling reads, and nothing private', () => {
  const [stripped] = shapeSnapshot([pod('bank')], 'shop');
  assert.doesNotMatch(JSON.stringify(stripped), /private/);
  const { spec, status, metadata } = stripped as KubeObject;
  assert.deepEqual(spec, {
    nodeName: 'n1',
    priority: 5,
    tolerations: [{ operator: 'Exists' }],
    containers: [
      {
        name: 'c',
        image: 'i:1',
        resources: { requests: { cpu: '1' } },
        ports: [{ hostPort: 80, containerPort: 80 }],
      },
    ],
    volumes: [{ name: 'claim', persistentVolumeClaim: { claimName: 'data' } }],
  });
  assert.deepEqual(metadata.labels, { app: 'p' });
  assert.equal(metadata.uid, 'u');
  assert.deepEqual(status, {
    phase: 'Running',
    nominatedNodeName: 'n2',
    qosClass: 'Burstable',
    conditions: [{ type: 'Ready', status: 'False', reason: 'Failed' }],
    containerStatuses: [
      {
        name: 'c',
        restartCount: 2,
        state: { waiting: { reason: 'CrashLoopBackOff' } },
        lastState: { terminated: { exitCode: 1, reason: 'Error' } },
      },
    ],
  });
});

const policy = (name: string, paramKind?: object): KubeObject => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingAdmissionPolicy',
  metadata: { name },
  spec: { paramKind },
});
const binding = (policyName: string, paramRef: object): KubeObject => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingAdmissionPolicyBinding',
  metadata: { name: policyName },
  spec: { policyName, paramRef },
});
const takesMaps = policy('p', { apiVersion: 'v1', kind: 'ConfigMap' });

/** The ConfigMaps that kept their value, as namespace/name. */
function kept(objects: KubeObject[]): string[] {
  return shapeSnapshot(objects, 'shop')
    .filter(({ kind, ...map }) => kind === 'ConfigMap' && map['data'].key === 'value')
    .map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
}

test('keeps the values of ConfigMaps only when they are parameters of an admission policy', () => {
  const maps = [map('limits', 'airlock-system'), map('limits'), map('settings')];
  const named = binding('p', { name: 'limits', namespace: 'airlock-system' });
  assert.deepEqual(kept([takesMaps, named, ...maps]), ['airlock-system/limits']);
  const [, , , , emptied] = shapeSnapshot([takesMaps, named, ...maps], 'shop');
  assert.deepEqual(emptied?.['data'], { key: '' });
});

test('selects parameters by labels; without a namespace in the binding, in the namespace of the request', () => {
  const chosen = map('chosen');
  chosen.metadata.labels = { policy: 'limits', more: 'x' };
  const select = (selector: object) => binding('p', { selector, namespace: 'shop' });
  const maps = [chosen, map('settings'), map('limits', 'bank')];
  assert.deepEqual(kept([takesMaps, select({ matchLabels: { policy: 'limits' } }), ...maps]), ['shop/chosen']);
  assert.deepEqual(kept([takesMaps, binding('p', { name: 'limits' }), ...maps]), ['bank/limits']);
});

test('keeps no values for an empty selector or one with expressions', () => {
  const matchExpressions = [{ key: 'app', operator: 'DoesNotExist' }];
  const labels = map('labelled');
  labels.metadata.labels = { a: 'b' };
  for (const selector of [
    {},
    { matchLabels: {} },
    { matchExpressions },
    { matchLabels: { a: 'b' }, matchExpressions },
  ]) {
    assert.deepEqual(kept([takesMaps, binding('p', { selector, namespace: 'shop' }), map('settings'), labels]), []);
  }
});

test('keeps no values for policies without ConfigMap parameters', () => {
  const named = (name: string) => binding(name, { name: 'settings', namespace: 'shop' });
  const others = [policy('none'), policy('other', { apiVersion: 'rules.example/v1', kind: 'ConfigMap' })];
  assert.deepEqual(kept([...others, named('none'), named('other'), named('missing'), map('settings')]), []);
});

function vaultCreated(kind: string, name: string): KubeObject {
  const labels = { ...vaultLabels };
  return { apiVersion: 'v1', kind, metadata: { name, namespace: 'airlock-system', labels } };
}

test('removes objects that Vault created for Airlock', () => {
  const minted = [
    vaultCreated('ServiceAccount', 'airlock-read-abcd1234'),
    vaultCreated('ClusterRoleBinding', 'airlock-read-abcd1234'),
    vaultCreated('Role', 'airlock-undo-rollout-abcd1234'),
    vaultCreated('RoleBinding', 'airlock-scale-workload-abcd1234'),
  ];
  assert.deepEqual(shapeSnapshot(minted, 'shop'), []);
});

test('keeps objects that only look like these: a name or a label cannot hide an object from a rehearsal', () => {
  const unmarked = vaultCreated('ServiceAccount', 'airlock-read-abcd1234');
  unmarked.metadata.labels = {};
  const objects = [
    unmarked,
    vaultCreated('ServiceAccount', 'airlock-kill-switch'),
    vaultCreated('ServiceAccount', 'other'),
    vaultCreated('ServiceAccount', 'airlock-read-abcd12345'),
    vaultCreated('Role', 'airlock-delete-all-abcd1234'),
    vaultCreated('ResourceQuota', 'airlock-read-abcd1234'),
    vaultCreated('ValidatingAdmissionPolicy', 'airlock-read-abcd1234'),
  ];
  assert.deepEqual(shapeSnapshot(objects, 'shop'), objects);
});
