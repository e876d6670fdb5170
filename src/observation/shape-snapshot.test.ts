import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '../domain/kubernetes.ts';
import { shapeSnapshot } from './shape-snapshot.ts';

const vaultMade = { 'app.kubernetes.io/managed-by': 'HashiCorp-Vault' };

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
    status: { phase: 'Running', podIP: '10.2.0.1' },
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
  assert.deepEqual(status, { phase: 'Running', podIP: '10.2.0.1' });
});

test('OK: only ConfigMaps that parametrise an admission policy keep their values', () => {
  const binding: KubeObject = {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata: { name: 'b' },
    spec: { policyName: 'p', paramRef: { name: 'bounds', namespace: 'airlock-system' } },
  };
  const all = shapeSnapshot([binding, map('bounds', 'airlock-system'), map('bounds'), map('settings')], 'shop');
  assert.deepEqual(
    all.filter(({ kind }) => kind === 'ConfigMap').map((object) => object['data']),
    [{ key: 'value' }, { key: '' }, { key: '' }],
  );
});

test('OK: what Airlock minted is left out, an account that somebody else named so is not', () => {
  const account = (name: string, labels: Record<string, string>): KubeObject => ({
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name, namespace: 'airlock-system', labels },
  });
  const kept = shapeSnapshot(
    [account('airlock-read-abcd1234', vaultMade), account('airlock-halter', {}), account('other', vaultMade)],
    'shop',
  );
  assert.deepEqual(
    kept.map((object) => object.metadata.name),
    ['airlock-halter', 'other'],
  );
});
