import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { deployment, namespace, node, pod, replicaSet, template, unschedulablePod } from '../../../test/objects.ts';
import { digestOf } from '../../lib/digest.ts';
import { factNames } from './measurement-name.ts';
import { factsOf, workloadFacts } from './measurement.ts';

const web = { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'web' };
const notReady = { status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'False' }] } };

describe('workloadFacts', () => {
  test('OK: every fact, of this Deployment alone', () => {
    const objects = [
      ...[deployment('web', { replicas: 4 }), replicaSet('web', 1, 4), deployment('cart'), replicaSet('cart', 1, 1)],
      ...[pod('web-1', 'a'), pod('web-1', 'b', notReady), unschedulablePod('web-1', 'c'), pod('cart-1', 'a')],
    ];
    assert.deepEqual(workloadFacts(objects, web), {
      template: digestOf(template('web', 'web:1')),
      replicas: 4,
      replicaSet: 'web-1',
      scheduled: 2,
      unschedulable: 1,
      ready: 1,
    });
  });
  test('OK: names every fact that a playbook may judge success by', () => {
    assert.deepEqual(Object.keys(workloadFacts([deployment('web')], web) ?? {}), [...factNames.Deployment]);
  });
  test('OK: a Deployment that does not say how many has one', () => {
    assert.equal(workloadFacts([{ ...deployment('web'), spec: {} }], web)?.replicas, 1);
  });

  test('with pods of two ReplicaSets no one of them holds all', () => {
    const sets = [replicaSet('web', 1, 1), replicaSet('web', 2, 1)];
    const facts = workloadFacts([deployment('web'), ...sets, pod('web-1', 'a'), pod('web-2', 'a')], web);
    assert.deepEqual([facts?.replicaSet, facts?.ready], [null, 2]);
  });
  test('a pod on its way out, or one that ended, does not count', () => {
    const leaving = pod('web-1', 'a', { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } });
    const evicted = pod('web-1', 'b', { status: { phase: 'Failed' } });
    const facts = workloadFacts([deployment('web'), replicaSet('web', 1, 2), leaving, evicted], web);
    assert.deepEqual([facts?.replicaSet, facts?.ready, facts?.scheduled], [null, 0, 0]);
  });
  test('a Deployment that is not there has no facts', () => {
    assert.equal(workloadFacts([deployment('cart')], web), undefined);
  });
});

describe('factsOf', () => {
  const about = { apiVersion: 'v1', kind: 'Node', name: 'node-1' };
  const taints = [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }];
  test('OK: by the kind of object', () => {
    assert.deepEqual(Object.keys(factsOf([deployment('web')], web) ?? {}), [...factNames.Deployment]);
    assert.deepEqual(Object.keys(factsOf([node('node-1')], about) ?? {}), [...factNames.Node]);
  });
  test('OK: a node is cordoned by its field, closed by its taint', () => {
    assert.deepEqual(factsOf([node('node-1')], about), { cordoned: 'no', closed: 'no' });
    assert.deepEqual(factsOf([node('node-1', { unschedulable: true })], about), { cordoned: 'yes', closed: 'no' });
    const whole = node('node-1', { unschedulable: true, taints });
    assert.deepEqual(factsOf([whole], about), { cordoned: 'yes', closed: 'yes' });
  });
  test('a node that is not there has none', () => {
    assert.equal(factsOf([node('node-2')], about), undefined);
  });
});
