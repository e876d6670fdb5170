import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { secretMapping } from './resource-mapping.ts';
import { collectionPath, kindPath, objectPath } from './resource-path.ts';

describe('collectionPath', () => {
  test('distinguishes the core group from the others, and one namespace from all', () => {
    assert.equal(collectionPath(secretMapping), '/api/v1/secrets');
    assert.equal(collectionPath(secretMapping, 'shop'), '/api/v1/namespaces/shop/secrets');
    const deployments = { apiVersion: 'apps/v1', plural: 'deployments' };
    assert.equal(collectionPath(deployments, 'shop'), '/apis/apps/v1/namespaces/shop/deployments');
  });
  test('escapes the namespace', () => {
    assert.equal(collectionPath(secretMapping, '../x'), '/api/v1/namespaces/..%2Fx/secrets');
  });
});

test('kindPath finds the resource of a kind', () => {
  assert.equal(kindPath('apps/v1', 'Deployment', 'shop'), '/apis/apps/v1/namespaces/shop/deployments');
  assert.equal(kindPath('v1', 'Node'), '/api/v1/nodes');
  assert.throws(() => kindPath('v1', 'Rollout'), TypeError);
});

describe('objectPath', () => {
  const web = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' };
  test('names one object, namespaced or cluster-scoped', () => {
    assert.equal(objectPath(web), '/apis/apps/v1/namespaces/shop/deployments/web');
    assert.equal(objectPath({ apiVersion: 'v1', kind: 'Node', name: 'node-1' }), '/api/v1/nodes/node-1');
  });
  test('escapes the name', () => {
    assert.equal(objectPath({ ...web, name: 'web/scale' }), '/apis/apps/v1/namespaces/shop/deployments/web%2Fscale');
  });

  const { namespace: _shop, ...withoutNamespace } = web;
  const refused = {
    'a kind without a mapping': { ...web, kind: 'Rollout' },
    'a Secret, which Airlock does not read': { apiVersion: 'v1', kind: 'Secret', namespace: 'shop', name: 'db' },
    'another API version': { ...web, apiVersion: 'apps/v1beta1' },
    'a namespaced kind without a namespace': withoutNamespace,
    'a cluster-scoped kind with a namespace': { apiVersion: 'v1', kind: 'Node', namespace: 'shop', name: 'node-1' },
  };
  for (const [name, ref] of Object.entries(refused)) {
    test(`refuses ${name}`, () => assert.throws(() => objectPath(ref), { code: 'kubernetes-unknown-kind' }));
  }
});
