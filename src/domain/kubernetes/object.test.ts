import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { kubernetesNameSchema, refOf, sameRef } from './object.ts';

const web = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' };

describe('kubernetesNameSchema', () => {
  for (const name of ['web', 'web-1.v2', '1', 'a'.repeat(253)]) {
    test(`accepts ${name.slice(0, 20)}`, () => assert.equal(kubernetesNameSchema.safeParse(name).success, true));
  }
  for (const name of ['', 'Web', '-web', 'web-', 'web/status', '../web', 'web\n', 'wéb', 'a b', 'a'.repeat(254)]) {
    test(`refuses ${JSON.stringify(name).slice(0, 20)}`, () =>
      assert.equal(kubernetesNameSchema.safeParse(name).success, false));
  }
});

describe('refOf', () => {
  test('has a namespace only for a namespaced object', () => {
    assert.deepEqual(refOf({ ...web, metadata: { namespace: 'shop', name: 'web', uid: 'u' } }), web);
    const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-1' } };
    assert.deepEqual(refOf(node), { apiVersion: 'v1', kind: 'Node', name: 'node-1' });
  });
});

describe('sameRef', () => {
  test('ignores the version within an API group', () => {
    assert.equal(sameRef(web, { ...web, apiVersion: 'apps/v1beta1' }), true);
  });
  for (const change of [{ apiVersion: 'v1' }, { kind: 'ReplicaSet' }, { namespace: 'cart' }, { name: 'web2' }]) {
    test(`is false with ${JSON.stringify(change)}`, () => assert.equal(sameRef(web, { ...web, ...change }), false));
  }
});
