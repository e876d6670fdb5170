import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject, OwnerReference } from '../../domain/kubernetes/object.ts';
import { dropOrphans } from './drop-orphans.ts';

const owner = (kind: string, uid: string, apiVersion = 'apps/v1'): OwnerReference => ({
  apiVersion,
  kind,
  name: uid,
  uid,
});
function object(uid: string, ...ownerReferences: OwnerReference[]): KubeObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: uid, uid, ownerReferences } };
}
const uids = (objects: KubeObject[]): string[] => objects.map((object) => object.metadata.name);

test('keeps whole chains of owners', () => {
  const chain = [object('d'), object('r', owner('Deployment', 'd')), object('p', owner('ReplicaSet', 'r'))];
  assert.deepEqual(uids(dropOrphans(chain)), ['d', 'r', 'p']);
});

test('assumes that an owner exists when snapshots do not contain its kind', () => {
  assert.deepEqual(uids(dropOrphans([object('p', owner('Rollout', 'x', 'argoproj.io/v1alpha1'))])), ['p']);
});

test('keeps an object with one existing owner of two', () => {
  assert.deepEqual(
    uids(dropOrphans([object('d'), object('r', owner('Deployment', 'gone'), owner('Deployment', 'd'))])),
    ['d', 'r'],
  );
});

test('removes an object whose owner is missing, and the objects that it owns', () => {
  const orphans = [object('p', owner('ReplicaSet', 'r')), object('r', owner('Deployment', 'gone')), object('other')];
  assert.deepEqual(uids(dropOrphans(orphans)), ['other']);
});

test('does not accept an object of the same name with another uid as the owner', () => {
  const impostor: KubeObject = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'gone', uid: 'other' } };
  assert.deepEqual(uids(dropOrphans([impostor, object('r', owner('Deployment', 'gone'))])), ['gone']);
});
