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
  test('settled when every pod exists and has a node', () => {
    assert.equal(settled(live, set, a, b), true);
  });
  test('settled although a pod is not ready', () => {
    assert.equal(settled(live, set, a, pod('web-1', 'b', notReady)), true);
  });
  test('settled with a pod that is unschedulable', () => {
    assert.equal(settled(live, set, a, unschedulablePod('web-1', 'b')), true);
  });
  test('settled although an evicted pod is left behind', () => {
    assert.equal(settled(live, set, a, b, pod('web-1', 'old', { status: { phase: 'Failed' } })), true);
  });
  test('settled when a ReplicaSet reports that it cannot create its pods', () => {
    const refused = { ...set, status: { conditions: [{ type: 'ReplicaFailure', status: 'True' }] } };
    assert.equal(settled(live, refused, a), true);
  });
  test('settled when a rollout is stuck on pods that do not become ready', () => {
    const stuck = [replicaSet('web', 1, 1), a, replicaSet('web', 2, 1), pod('web-2', 'a', notReady)];
    assert.equal(settled(deployment('web', { release: 2 }), ...stuck), true);
  });
  test('settled when a rollout is paused half-way', () => {
    const half = [replicaSet('web', 1, 1), a, replicaSet('web', 2, 1), pod('web-2', 'a')];
    assert.equal(settled(deployment('web', { release: 2, paused: true }), ...half), true);
  });

  test('not settled while the status describes an older spec', () => {
    assert.equal(settled({ ...live, status: { observedGeneration: 0 } }, set, a, b), false);
  });
  test('not settled while pods are missing', () => {
    assert.equal(settled(live, set, a), false);
  });
  test('not settled while the ReplicaSet’s spec has too few replicas', () => {
    assert.equal(settled(live, replicaSet('web', 1, 1), a), false);
  });
  test('not settled while a new ReplicaSet has no pods yet, though the old one has enough', () => {
    assert.equal(settled(deployment('web', { release: 2 }), set, a, b, replicaSet('web', 2, 1)), false);
  });
  test('not settled while a pod is terminating', () => {
    const terminating = pod('web-1', 'c', { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } });
    assert.equal(settled(live, set, a, b, terminating), false);
  });
  test('not settled while the scheduler has not handled a pod', () => {
    const fresh = pod('web-1', 'b', { spec: {}, status: { phase: 'Pending', conditions: [] } });
    assert.equal(settled(live, set, a, fresh), false);
  });
  test('not settled while a rollout can continue', () => {
    const half = [replicaSet('web', 1, 1), a, replicaSet('web', 2, 1), pod('web-2', 'a')];
    assert.equal(settled(deployment('web', { release: 2 }), ...half), false);
  });
  test('not settled when the Deployment does not exist', () => {
    assert.equal(settled(set, a, b), false);
  });
});

describe('isSettled of a node', () => {
  const about = { apiVersion: 'v1', kind: 'Node', name: 'node-1' };
  const taints = [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }];
  test('settled once the node controller has set or removed the taint', () => {
    assert.equal(isSettled([node('node-1')], about), true);
    assert.equal(isSettled([node('node-1', { unschedulable: true, taints })], about), true);
  });
  test('not settled before that, or when the node does not exist', () => {
    assert.equal(isSettled([node('node-1', { unschedulable: true })], about), false);
    assert.equal(isSettled([node('node-1', { taints })], about), false);
    assert.equal(isSettled([], about), false);
  });
});
