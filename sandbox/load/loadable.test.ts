import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deployment, pod, replicaSet, unschedulablePod } from '../../test/objects.ts';
import { missingFrom } from './load.ts';
import { entryOf, loadable, mark } from './loadable.ts';

const node = (name: string, ready: string) => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name, uid: name },
  status: { conditions: [{ type: 'Ready', status: ready }] },
});

void test('OK: objects keep uid, owners and status; only the resourceVersion goes', () => {
  const owned = replicaSet('web', 1, 1);
  const { objects, unknowns } = loadable([deployment('web'), owned]);
  const { resourceVersion: _version, ...metadata } = deployment('web').metadata;
  assert.deepEqual(objects, [{ ...deployment('web'), metadata }, owned]);
  assert.deepEqual(unknowns, []);
});

void test('an owner that is not in the snapshot is left out, and said to be unknown', () => {
  const { objects, unknowns } = loadable([replicaSet('web', 1, 1)]);
  assert.deepEqual(objects[0]?.metadata.ownerReferences, []);
  assert.deepEqual(unknowns, [
    'ReplicaSets in shop belong to Deployment web, which is not in the snapshot: it may act on them',
  ]);
});

void test('marks: nodes that were Ready, pods that had a node', () => {
  const objects = [node('up', 'True'), node('down', 'Unknown'), pod('web-1', 'a'), unschedulablePod('web-1', 'b')];
  const marked = loadable(objects).objects.filter((object) => object.metadata.annotations?.[mark.key]);
  assert.deepEqual(
    marked.map((object) => object.metadata.name),
    ['up', 'web-1-a'],
  );
});

void test('keys in etcd: with and without a namespace, and under an older word', () => {
  assert.equal(entryOf(deployment('web')).key, '/registry/deployments/shop/web');
  assert.equal(entryOf(node('up', 'True')).key, '/registry/minions/up');
});

void test('a kind that no sandbox holds: failed', () => {
  const foreign = { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'w' } };
  assert.throws(() => entryOf(foreign), { name: 'Ending', outcome: 'failed', message: /Widget w/ });
});

void test('what was written and is not there under its uid is missing', () => {
  const other = deployment('web');
  other.metadata.uid = 'another';
  assert.deepEqual(missingFrom([deployment('web')], [other]), ['Deployment shop/web uid-web']);
});
