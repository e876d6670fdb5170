import assert from 'node:assert/strict';
import { test } from 'node:test';
import { autoscaler, deployment, namespace } from '../../../test/objects.ts';
import { autoscalerOf } from './autoscaler.ts';

const web = { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'web' };

test('finds the HorizontalPodAutoscaler that targets the workload', () => {
  const scaler = autoscaler('web');
  assert.equal(autoscalerOf([deployment('web'), autoscaler('cart'), scaler], web), scaler);
});

test('passes over autoscalers of another name, kind or namespace', () => {
  const objects = [deployment('web'), autoscaler('web'), autoscaler('cart')];
  for (const other of [{ name: 'web2' }, { kind: 'StatefulSet' }, { namespace: 'other' }]) {
    assert.equal(autoscalerOf(objects, { ...web, ...other }), undefined, JSON.stringify(other));
  }
});
