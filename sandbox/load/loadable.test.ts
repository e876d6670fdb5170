import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deployment, pod, replicaSet, unschedulablePod } from '../../test/objects.ts';
import { missingObjects } from './load.ts';
import { entryOf, prepareForLoading, loadedAnnotation } from './loadable.ts';

const node = (name: string, ready: string) => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name, uid: name },
  status: { conditions: [{ type: 'Ready', status: ready }] },
});

void test('keeps uid, owners and status, and removes the resourceVersion', () => {
  const owned = replicaSet('web', 1, 1);
  const objects = prepareForLoading([deployment('web'), owned]);
  const { resourceVersion: _version, ...metadata } = deployment('web').metadata;
  assert.deepEqual(objects, [{ ...deployment('web'), metadata }, owned]);
});

void test('leaves out an owner that is not in the snapshot', () => {
  const [set] = prepareForLoading([replicaSet('web', 1, 1)]);
  assert.deepEqual(set?.metadata.ownerReferences, []);
});

void test('annotates nodes that are Ready, and pods that have a node', () => {
  const objects = [node('up', 'True'), node('down', 'Unknown'), pod('web-1', 'a'), unschedulablePod('web-1', 'b')];
  const marked = prepareForLoading(objects).filter((object) => object.metadata.annotations?.[loadedAnnotation.key]);
  assert.deepEqual(
    marked.map((object) => object.metadata.name),
    ['up', 'web-1-a'],
  );
});

void test('etcd keys: with a namespace, without one, and with a prefix that is not the plural', () => {
  assert.equal(entryOf(deployment('web')).key, '/registry/deployments/shop/web');
  assert.equal(entryOf(node('up', 'True')).key, '/registry/minions/up');
});

void test('outcome failed for a kind that a sandbox cannot hold', () => {
  const foreign = { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'w' } };
  assert.throws(() => entryOf(foreign), { name: 'EarlyOutcome', outcome: 'failed', message: /Widget w/ });
});

void test('a written object that is not found under its uid is missing', () => {
  const other = deployment('web');
  other.metadata.uid = 'another';
  assert.deepEqual(missingObjects([deployment('web')], [other]), ['Deployment shop/web uid-web']);
});
