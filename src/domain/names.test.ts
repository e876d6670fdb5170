import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { digestOf } from '../lib/digest.ts';
import { kubernetesNameSchema, ownedBy, sameRef } from './kubernetes/object.ts';
import { executionId, incidentId, workflowId } from './names.ts';
import { deployment, replicaSet } from '../../test/objects.ts';

describe('ids', () => {
  test('OK: are the same for the same, whoever derives them', () => {
    assert.equal(workflowId('east', 'g'), workflowId('east', 'g'));
    assert.match(incidentId('east', 'g', '2026-01-01T00:00:00Z'), /^inc-[0-9a-f]{16}$/);
    assert.match(executionId(digestOf(1), 'do'), /^exe-[0-9a-f]{16}$/);
  });
  test('differ by everything that they are made of', () => {
    const ids = [
      ...[incidentId('east', 'g', 't'), incidentId('west', 'g', 't'), incidentId('east', 'h', 't')],
      ...[incidentId('east', 'g', 'u'), incidentId('eastg', '', 't')],
    ];
    assert.equal(new Set(ids).size, ids.length);
    assert.notEqual(executionId(digestOf(1), 'do'), executionId(digestOf(1), 'undo'));
    assert.notEqual(executionId(digestOf(1), 'do'), executionId(digestOf(2), 'do'));
  });
});

describe('kubernetesNameSchema', () => {
  for (const name of ['web', 'web-1.v2', '1', 'a'.repeat(253)]) {
    test(`OK: ${name.slice(0, 20)}`, () => assert.equal(kubernetesNameSchema.safeParse(name).success, true));
  }
  for (const name of ['', 'Web', '-web', 'web-', 'web/status', '../web', 'web\n', 'wéb', 'a b', 'a'.repeat(254)]) {
    test(`refuses ${JSON.stringify(name).slice(0, 20)}`, () =>
      assert.equal(kubernetesNameSchema.safeParse(name).success, false));
  }
});

describe('sameRef', () => {
  const web = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' };
  test('OK: another version of the group is the same object', () => {
    assert.equal(sameRef(web, { ...web, apiVersion: 'apps/v1beta1' }), true);
  });
  for (const change of [{ apiVersion: 'v1' }, { kind: 'ReplicaSet' }, { namespace: 'cart' }, { name: 'web2' }]) {
    test(`is not the same with ${JSON.stringify(change)}`, () =>
      assert.equal(sameRef(web, { ...web, ...change }), false));
  }
});

describe('ownedBy', () => {
  const set = replicaSet('web', 1, 1);
  test('OK: what it controls', () => {
    assert.deepEqual(ownedBy([set, replicaSet('cart', 1, 1)], deployment('web')), [set]);
  });
  test('an owner that is not the controller does not count, nor one of the same name', () => {
    const [owner] = set.metadata.ownerReferences ?? [];
    assert.ok(owner);
    const other = { ...set, metadata: { ...set.metadata, ownerReferences: [{ ...owner, controller: false }] } };
    const reborn = { ...set, metadata: { ...set.metadata, ownerReferences: [{ ...owner, uid: 'old' }] } };
    assert.deepEqual(ownedBy([other, reborn], deployment('web')), []);
  });
});
