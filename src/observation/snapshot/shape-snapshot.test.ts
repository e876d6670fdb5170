import assert from 'node:assert/strict';
import { test } from 'node:test';
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
          ...{ name: 'c', restartCount: 2, imageID: 'private', image: 'private', volumeMounts: ['private'] },
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

test('OK: pods of the plan’s namespace are whole', () => {
  assert.deepEqual(shapeSnapshot([pod('shop')], 'shop'), [pod('shop')]);
});

test('OK: pods of other namespaces keep what scheduling reads, and nothing private', () => {
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
        ...{ name: 'c', restartCount: 2 },
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

/** Names, with their namespace, of the ConfigMaps that kept their value. */
function kept(objects: KubeObject[]): string[] {
  return shapeSnapshot(objects, 'shop')
    .filter(({ kind, ...map }) => kind === 'ConfigMap' && map['data'].key === 'value')
    .map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
}

test('OK: only ConfigMaps that parametrise an admission policy keep their values', () => {
  const maps = [map('bounds', 'airlock-system'), map('bounds'), map('settings')];
  const named = binding('p', { name: 'bounds', namespace: 'airlock-system' });
  assert.deepEqual(kept([takesMaps, named, ...maps]), ['airlock-system/bounds']);
  const [, , , , emptied] = shapeSnapshot([takesMaps, named, ...maps], 'shop');
  assert.deepEqual(emptied?.['data'], { key: '' });
});

test('OK: labels choose parameters; the namespace is that of the request where none is given', () => {
  const chosen = map('chosen');
  chosen.metadata.labels = { policy: 'bounds', more: 'x' };
  const select = (selector: object) => binding('p', { selector, namespace: 'shop' });
  const maps = [chosen, map('settings'), map('bounds', 'bank')];
  assert.deepEqual(kept([takesMaps, select({ matchLabels: { policy: 'bounds' } }), ...maps]), ['shop/chosen']);
  assert.deepEqual(kept([takesMaps, binding('p', { name: 'bounds' }), ...maps]), ['bank/bounds']);
});

test('a selector that chooses everything, or by expressions, keeps no values', () => {
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

test('bindings of policies without ConfigMap parameters keep no values', () => {
  const named = (name: string) => binding(name, { name: 'settings', namespace: 'shop' });
  const others = [policy('none'), policy('other', { apiVersion: 'rules.example/v1', kind: 'ConfigMap' })];
  assert.deepEqual(kept([...others, named('none'), named('other'), named('missing'), map('settings')]), []);
});

function vaultMade(kind: string, name: string): KubeObject {
  const labels = { 'app.kubernetes.io/managed-by': 'HashiCorp-Vault' };
  return { apiVersion: 'v1', kind, metadata: { name, namespace: 'airlock-system', labels } };
}

test('OK: what Airlock minted is left out', () => {
  const minted = [
    vaultMade('ServiceAccount', 'airlock-read-abcd1234'),
    vaultMade('ClusterRoleBinding', 'airlock-read-abcd1234'),
    vaultMade('Role', 'airlock-undo-rollout-abcd1234'),
    vaultMade('RoleBinding', 'airlock-scale-workload-abcd1234'),
  ];
  assert.deepEqual(shapeSnapshot(minted, 'shop'), []);
});

test('what only looks minted is kept: nobody hides an object from a rehearsal by its name or a label', () => {
  const unmarked = vaultMade('ServiceAccount', 'airlock-read-abcd1234');
  unmarked.metadata.labels = {};
  const objects = [
    unmarked,
    vaultMade('ServiceAccount', 'airlock-halter'),
    vaultMade('ServiceAccount', 'other'),
    vaultMade('ServiceAccount', 'airlock-read-abcd12345'),
    vaultMade('Role', 'airlock-delete-all-abcd1234'),
    vaultMade('ResourceQuota', 'airlock-read-abcd1234'),
    vaultMade('ValidatingAdmissionPolicy', 'airlock-read-abcd1234'),
  ];
  assert.deepEqual(shapeSnapshot(objects, 'shop'), objects);
});
