import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '../../domain/kubernetes/object.ts';
import { omitUndefined } from '../../lib/omit-undefined.ts';
import { neededSecrets, secretStub } from './secret-stubs.ts';

function deployment(spec: object): KubeObject {
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec: { template: { spec } } };
}
const key = (name: string, of: string, optional?: boolean) => ({
  name: 'X',
  valueFrom: { secretKeyRef: omitUndefined({ name, key: of, optional }) },
});

test('finds every kind of reference to a Secret, each name once, sorted', () => {
  const template = deployment({
    imagePullSecrets: [{ name: 'pull' }],
    initContainers: [{ name: 'i', env: [key('db', 'user')] }],
    containers: [
      { name: 'c', env: [key('db', 'password'), key('db', 'user')], envFrom: [{ secretRef: { name: 'all' } }] },
    ],
    volumes: [
      { name: 'v', secret: { secretName: 'tls' } },
      { name: 'p', projected: { sources: [{ secret: { name: 'part', items: [{ key: 'k', path: 'k' }] } }] } },
      { name: 'm', configMap: { name: 'not-a-secret' } },
    ],
  });
  const pod: KubeObject = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p' },
    spec: { containers: [{ name: 'c', env: [key('own', 'k')] }] },
  };
  assert.deepEqual(neededSecrets([template, pod]), [
    { name: 'all', keys: [] },
    { name: 'db', keys: ['password', 'user'] },
    { name: 'own', keys: ['k'] },
    { name: 'part', keys: ['k'] },
    { name: 'pull', keys: [] },
    { name: 'tls', keys: [] },
  ]);
});

test('omits optional references', () => {
  const template = deployment({
    containers: [{ name: 'c', env: [key('a', 'k', true)], envFrom: [{ secretRef: { name: 'b', optional: true } }] }],
    volumes: [{ name: 'v', secret: { secretName: 'c', optional: true } }],
  });
  assert.deepEqual(neededSecrets([template]), []);
});

test('a stub has the name and the keys, no values, and always the same uid', () => {
  const stub = secretStub('shop', { name: 'db', keys: ['password'] });
  assert.deepEqual(stub['data'], { password: '' });
  assert.match(stub.metadata.uid ?? '', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  assert.deepEqual(stub, secretStub('shop', { name: 'db', keys: ['password'] }));
  assert.notEqual(stub.metadata.uid, secretStub('bank', { name: 'db', keys: ['password'] }).metadata.uid);
});
