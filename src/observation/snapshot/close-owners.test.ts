import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject, OwnerReference } from '../../domain/kubernetes/object.ts';
import { closeOwners } from './close-owners.ts';

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

test('OK: whole chains of owners stay', () => {
  const chain = [object('d'), object('r', owner('Deployment', 'd')), object('p', owner('ReplicaSet', 'r'))];
  assert.deepEqual(uids(closeOwners(chain)), ['d', 'r', 'p']);
});

test('OK: an owner of a kind that no snapshot holds is taken to exist', () => {
  assert.deepEqual(uids(closeOwners([object('p', owner('Rollout', 'x', 'argoproj.io/v1alpha1'))])), ['p']);
});

test('OK: one owner of two keeps an object', () => {
  assert.deepEqual(
    uids(closeOwners([object('d'), object('r', owner('Deployment', 'gone'), owner('Deployment', 'd'))])),
    ['d', 'r'],
  );
});

test('an object whose owner is gone goes, and what it owns goes with it', () => {
  const orphans = [object('p', owner('ReplicaSet', 'r')), object('r', owner('Deployment', 'gone')), object('other')];
  assert.deepEqual(uids(closeOwners(orphans)), ['other']);
});

test('an owner of the same name with another uid is not the owner', () => {
  const impostor: KubeObject = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'gone', uid: 'other' } };
  assert.deepEqual(uids(closeOwners([impostor, object('r', owner('Deployment', 'gone'))])), ['gone']);
});
