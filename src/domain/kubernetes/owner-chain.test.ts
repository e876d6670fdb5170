import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { deployment, pod, replicaSet } from '../../../test/objects.ts';
import type { KubeObject, OwnerReference } from './object.ts';
import { controlledBy, controllerOf, isOwnedByAny, livePodsOf, replicaSetsOf, withControlled } from './owner-chain.ts';

const web = deployment('web');
const set = replicaSet('web', 1, 1);
const [owner] = set.metadata.ownerReferences ?? [];

function ownedThrough(change: Partial<OwnerReference>): KubeObject {
  assert.ok(owner);
  return { ...set, metadata: { ...set.metadata, ownerReferences: [{ ...owner, ...change }] } };
}

describe('controlledBy', () => {
  test('returns the objects that the owner controls', () => {
    assert.deepEqual(controlledBy([set, replicaSet('cart', 1, 1)], web), [set]);
  });
  test('ignores owners that are not the controller, and owners of the same name with another uid', () => {
    assert.deepEqual(controlledBy([ownedThrough({ controller: false }), ownedThrough({ uid: 'old' })], web), []);
  });
  test('returns nothing for an owner without a uid', () => {
    assert.deepEqual(
      controlledBy([{ ...set, metadata: { name: 'orphan' } }], { ...web, metadata: { name: 'web' } }),
      [],
    );
  });
});

test('controllerOf passes over owners that are not the controller', () => {
  assert.equal(controllerOf(set)?.name, 'web');
  assert.equal(controllerOf(ownedThrough({ controller: false })), undefined);
});

test('isOwnedByAny also accepts owners that are not the controller', () => {
  assert.equal(isOwnedByAny(ownedThrough({ controller: false }), new Set(['uid-web'])), true);
  assert.equal(isOwnedByAny(set, new Set(['uid-cart'])), false);
  assert.equal(isOwnedByAny(web, new Set(['uid-web'])), false);
});

describe('a Deployment with pods', () => {
  const evicted = pod('web-1', 'b', { status: { phase: 'Failed' } });
  const objects = [web, set, pod('web-1', 'a'), evicted, replicaSet('cart', 1, 1), pod('cart-1', 'a')];
  const names = (found: KubeObject[]): string[] => found.map(({ metadata }) => metadata.name);

  test('replicaSetsOf returns its ReplicaSets', () => {
    assert.deepEqual(names(replicaSetsOf(objects, web)), ['web-1']);
  });
  test('livePodsOf returns the live pods of its ReplicaSets, or of the ReplicaSet itself', () => {
    assert.deepEqual(names(livePodsOf(objects, web)), ['web-1-a']);
    assert.deepEqual(names(livePodsOf(objects, set)), ['web-1-a']);
  });
  test('withControlled returns the whole chain', () => {
    assert.deepEqual(names(withControlled(objects, web)), ['web', 'web-1', 'web-1-a', 'web-1-b']);
  });
});
