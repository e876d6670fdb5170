import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { deployment, namespace, node, pod, replicaSet, unschedulablePod } from '../../test/objects.ts';
import type { KubeObject } from '../domain/kubernetes/object.ts';
import { isSettled } from './settle.ts';

const web = { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'web' };
const settled = (...objects: KubeObject[]): boolean => isSettled(objects, web);
const notReady = { status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'False' }] } };
const [live, set] = [deployment('web'), replicaSet('web', 1, 2)];
const [a, b] = [pod('web-1', 'a'), pod('web-1', 'b')];

describe('isSettled', () => {
  test('OK: every pod is there and has a node', () => {
    assert.equal(settled(live, set, a, b), true);
  });
  test('OK: readiness is not asked', () => {
    assert.equal(settled(live, set, a, pod('web-1', 'b', notReady)), true);
  });
  test('OK: a pod that the scheduler refused has been decided about', () => {
    assert.equal(settled(live, set, a, unschedulablePod('web-1', 'b')), true);
  });
  test('OK: a pod that was evicted long ago stays and does not count', () => {
    assert.equal(settled(live, set, a, b, pod('web-1', 'old', { status: { phase: 'Failed' } })), true);
  });
  test('OK: a ReplicaSet that says it cannot have its pods', () => {
    const refused = { ...set, status: { conditions: [{ type: 'ReplicaFailure', status: 'True' }] } };
    assert.equal(settled(live, refused, a), true);
  });
  test('OK: a rollout that is stuck on pods that do not get ready', () => {
    const stuck = [replicaSet('web', 1, 1), a, replicaSet('web', 2, 1), pod('web-2', 'a', notReady)];
    assert.equal(settled(deployment('web', { release: 2 }), ...stuck), true);
  });
  test('OK: a rollout that its owner paused half-way', () => {
    const half = [replicaSet('web', 1, 1), a, replicaSet('web', 2, 1), pod('web-2', 'a')];
    assert.equal(settled(deployment('web', { release: 2, paused: true }), ...half), true);
  });

  test('not while the status is about an older spec', () => {
    assert.equal(settled({ ...live, status: { observedGeneration: 0 } }, set, a, b), false);
  });
  test('not while pods are missing', () => {
    assert.equal(settled(live, set, a), false);
  });
  test('not while the ReplicaSet does not want them all yet', () => {
    assert.equal(settled(live, replicaSet('web', 1, 1), a), false);
  });
  test('not while a new ReplicaSet has no pods yet, though the old one has enough', () => {
    assert.equal(settled(deployment('web', { release: 2 }), set, a, b, replicaSet('web', 2, 1)), false);
  });
  test('not while a pod is on its way out', () => {
    const leaving = pod('web-1', 'c', { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } });
    assert.equal(settled(live, set, a, b, leaving), false);
  });
  test('not while the scheduler has not looked at a pod', () => {
    const fresh = pod('web-1', 'b', { spec: {}, status: { phase: 'Pending', conditions: [] } });
    assert.equal(settled(live, set, a, fresh), false);
  });
  test('not while a rollout can go on', () => {
    const half = [replicaSet('web', 1, 1), a, replicaSet('web', 2, 1), pod('web-2', 'a')];
    assert.equal(settled(deployment('web', { release: 2 }), ...half), false);
  });
  test('not when the Deployment is not there', () => {
    assert.equal(settled(set, a, b), false);
  });
});

describe('isSettled of a node', () => {
  const about = { apiVersion: 'v1', kind: 'Node', name: 'node-1' };
  const taints = [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }];
  test('OK: once its controller has followed', () => {
    assert.equal(isSettled([node('node-1')], about), true);
    assert.equal(isSettled([node('node-1', { unschedulable: true, taints })], about), true);
  });
  test('not before that, and not when it is not there', () => {
    assert.equal(isSettled([node('node-1', { unschedulable: true })], about), false);
    assert.equal(isSettled([node('node-1', { taints })], about), false);
    assert.equal(isSettled([], about), false);
  });
});
