import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { autoscaler, deployment, namespace } from '../../../test/objects.ts';
import { digestOf } from '../../lib/digest.ts';
import { scaleWorkload } from './action.ts';

const use = { namespace, parameters: { deployment: 'cart', from: 3, to: 7 } };
const stamp = { execution: 'exe-1', step: 'do-1', trace: 'trace-1' };
const live = deployment('cart', { replicas: 3 });

describe('scale-workload', () => {
  test('OK: changes the scale alone, under uid, resourceVersion and the old number', () => {
    assert.deepEqual(scaleWorkload.change(use, [live], stamp), {
      target: { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'cart' },
      subresource: 'scale',
      patch: [
        { op: 'test', path: '/metadata/uid', value: 'uid-cart' },
        { op: 'test', path: '/metadata/resourceVersion', value: '100' },
        { op: 'test', path: '/spec/replicas', value: 3 },
        { op: 'replace', path: '/spec/replicas', value: 7 },
      ],
    });
  });
  test('OK: what it will be is what proves that it was done', () => {
    const after = scaleWorkload.after(use, [live], stamp);
    assert.equal(after[0]?.['spec'].replicas, 7);
    assert.equal(live['spec'].replicas, 3);
    assert.equal(scaleWorkload.applied(use, after, stamp), true);
    assert.equal(scaleWorkload.applied(use, [live], stamp), false);
  });
  test('OK: there and back', () => {
    const back = scaleWorkload.undo(use);
    assert.deepEqual(back, { action: 'scale-workload', parameters: { deployment: 'cart', from: 7, to: 3 } });
  });
  test('OK: the basis is the number of replicas and nothing else', () => {
    const other = deployment('cart', { replicas: 3, release: 5 });
    assert.equal(digestOf(scaleWorkload.basis(use, [other])), digestOf(scaleWorkload.basis(use, [live])));
    const scaled = deployment('cart', { replicas: 4 });
    assert.notEqual(digestOf(scaleWorkload.basis(use, [scaled])), digestOf(scaleWorkload.basis(use, [live])));
  });
  test('OK: it may be used where no autoscaler decides', () => {
    assert.deepEqual(scaleWorkload.refusals(use, [live, autoscaler('web')]), []);
  });

  test('refuses a workload with an autoscaler', () => {
    const [why] = scaleWorkload.refusals(use, [live, autoscaler('cart')]);
    assert.match(why ?? '', /is scaled by HorizontalPodAutoscaler cart-scaler/);
  });
  test('OK: an autoscaler of the same name in another namespace is another workload', () => {
    const elsewhere = autoscaler('cart');
    elsewhere.metadata.namespace = 'elsewhere';
    assert.deepEqual(scaleWorkload.refusals(use, [live, elsewhere]), []);
  });
  test('refuses another number than there is', () => {
    const [why] = scaleWorkload.refusals(use, [deployment('cart', { replicas: 5 })]);
    assert.match(why ?? '', /has 5 replicas, not 3/);
  });
  test('stops when the Deployment is gone', () => {
    assert.throws(() => scaleWorkload.change(use, [], stamp), { code: 'object-gone' });
  });
});
