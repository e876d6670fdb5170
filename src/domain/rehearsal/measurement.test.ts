import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { deployment, namespace, node, pod, replicaSet, template, unschedulablePod } from '../../../test/objects.ts';
import { digestOf } from '../../lib/digest.ts';
import { measurementNames } from './measurement-name.ts';
import { measureObject, measureWorkload } from './measurement.ts';

const web = { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'web' };
const notReady = { status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'False' }] } };

describe('measureWorkload', () => {
  test('measures everything of this Deployment, and nothing of another', () => {
    const objects = [
      ...[deployment('web', { replicas: 4 }), replicaSet('web', 1, 4), deployment('cart'), replicaSet('cart', 1, 1)],
      ...[pod('web-1', 'a'), pod('web-1', 'b', notReady), unschedulablePod('web-1', 'c'), pod('cart-1', 'a')],
    ];
    assert.deepEqual(measureWorkload(objects, web), {
      template: digestOf(template('web', 'web:1')),
      replicas: 4,
      replicaSet: 'web-1',
      scheduled: 2,
      unschedulable: 1,
      ready: 1,
    });
  });
  test('returns every measurement that a playbook may name', () => {
    assert.deepEqual(Object.keys(measureWorkload([deployment('web')], web) ?? {}), [...measurementNames.Deployment]);
  });
  test('counts one replica for a Deployment without spec.replicas', () => {
    assert.equal(measureWorkload([{ ...deployment('web'), spec: {} }], web)?.replicas, 1);
  });

  test('names no ReplicaSet if two of them have pods', () => {
    const sets = [replicaSet('web', 1, 1), replicaSet('web', 2, 1)];
    const measured = measureWorkload([deployment('web'), ...sets, pod('web-1', 'a'), pod('web-2', 'a')], web);
    assert.deepEqual([measured?.replicaSet, measured?.ready], [null, 2]);
  });
  test('does not count pods that are being deleted or have ended', () => {
    const deleted = pod('web-1', 'a', { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } });
    const evicted = pod('web-1', 'b', { status: { phase: 'Failed' } });
    const measured = measureWorkload([deployment('web'), replicaSet('web', 1, 2), deleted, evicted], web);
    assert.deepEqual([measured?.replicaSet, measured?.ready, measured?.scheduled], [null, 0, 0]);
  });
  test('returns undefined for a Deployment that does not exist', () => {
    assert.equal(measureWorkload([deployment('cart')], web), undefined);
  });
});

describe('measureObject', () => {
  const ref = { apiVersion: 'v1', kind: 'Node', name: 'node-1' };
  const taints = [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }];
  test('measures by the kind of object', () => {
    assert.deepEqual(Object.keys(measureObject([deployment('web')], web) ?? {}), [...measurementNames.Deployment]);
    assert.deepEqual(Object.keys(measureObject([node('node-1')], ref) ?? {}), [...measurementNames.Node]);
  });
  test('reads cordoned from the field and tainted from the taint of a node', () => {
    assert.deepEqual(measureObject([node('node-1')], ref), { cordoned: 'no', tainted: 'no' });
    assert.deepEqual(measureObject([node('node-1', { unschedulable: true })], ref), { cordoned: 'yes', tainted: 'no' });
    const whole = node('node-1', { unschedulable: true, taints });
    assert.deepEqual(measureObject([whole], ref), { cordoned: 'yes', tainted: 'yes' });
  });
  test('returns undefined for a node that does not exist', () => {
    assert.equal(measureObject([node('node-2')], ref), undefined);
  });
});
