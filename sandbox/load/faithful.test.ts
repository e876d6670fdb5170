import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deployment, pod, replicaSet } from '../../test/objects.ts';
import { differencesFromTarget } from './faithful.ts';

const target = [deployment('web'), replicaSet('web', 1, 2), pod('web-1', 'a'), pod('web-1', 'b')];

void test('ignores times, restart counts and resource versions', () => {
  const later = structuredClone(target);
  for (const object of later) object.metadata.resourceVersion = '9';
  for (const object of later.slice(2)) object['status'].containerStatuses = [{ restartCount: 7 }];
  assert.deepEqual(differencesFromTarget(target, later), []);
});

void test('reports a missing pod', () => {
  const [found] = differencesFromTarget(target, target.slice(0, 3));
  assert.match(
    found ?? '',
    /^Deployment shop\/web has 2 replicas, 2 live pods, 2 ready in the target, but 2 replicas, 1 live pods/,
  );
});

void test('reports as many pods with other uids', () => {
  const other = [...target.slice(0, 3), pod('web-1', 'c')];
  assert.deepEqual(differencesFromTarget(target, other), [
    'Deployment shop/web has other pods, or other ready pods, in the sandbox than in the target',
  ]);
});

void test('reports a pod that is no longer ready', () => {
  const conditions = [{ type: 'Ready', status: 'False' }];
  assert.equal(
    differencesFromTarget(target, [...target.slice(0, 3), pod('web-1', 'b', { status: { conditions } })]).length,
    1,
  );
});

void test('reports a missing workload', () => {
  assert.deepEqual(differencesFromTarget(target, target.slice(1)), ['Deployment shop/web is missing in the sandbox']);
});
