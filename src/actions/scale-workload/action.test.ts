import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { autoscaler, deployment, namespace } from '../../../test/objects.ts';
import { digestOf } from '../../lib/digest.ts';
import { scaleWorkload } from './action.ts';

const input = { namespace, parameters: { deployment: 'cart', from: 3, to: 7 } };
const reference = { execution: 'exe-1', step: 'do-1', trace: 'trace-1' };
const live = deployment('cart', { replicas: 3 });

describe('scale-workload', () => {
  test('changes only the scale, with uid, resourceVersion and the old number as preconditions', () => {
    assert.deepEqual(scaleWorkload.change(input, [live], reference), {
      object: { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'cart' },
      subresource: 'scale',
      patch: [
        { op: 'test', path: '/metadata/uid', value: 'uid-cart' },
        { op: 'test', path: '/metadata/resourceVersion', value: '100' },
        { op: 'test', path: '/spec/replicas', value: 3 },
        { op: 'replace', path: '/spec/replicas', value: 7 },
      ],
    });
  });
  test('the predicted object proves that the step was applied', () => {
    const after = scaleWorkload.objectsAfter(input, [live], reference);
    assert.equal(after[0]?.['spec'].replicas, 7);
    assert.equal(live['spec'].replicas, 3);
    assert.equal(scaleWorkload.isApplied(input, after, reference), true);
    assert.equal(scaleWorkload.isApplied(input, [live], reference), false);
  });
  test('the undo restores the original number', () => {
    const back = scaleWorkload.undo(input);
    assert.deepEqual(back, { action: 'scale-workload', parameters: { deployment: 'cart', from: 7, to: 3 } });
  });
  test('the precondition covers only the number of replicas', () => {
    const other = deployment('cart', { replicas: 3, release: 5 });
    assert.equal(
      digestOf(scaleWorkload.preconditionFields(input, [other])),
      digestOf(scaleWorkload.preconditionFields(input, [live])),
    );
    const scaled = deployment('cart', { replicas: 4 });
    assert.notEqual(
      digestOf(scaleWorkload.preconditionFields(input, [scaled])),
      digestOf(scaleWorkload.preconditionFields(input, [live])),
    );
  });
  test('accepts a Deployment without an autoscaler', () => {
    assert.deepEqual(scaleWorkload.refusals(input, [live, autoscaler('web')]), []);
  });

  test('refuses a Deployment with an autoscaler', () => {
    const [why] = scaleWorkload.refusals(input, [live, autoscaler('cart')]);
    assert.match(why ?? '', /is scaled by HorizontalPodAutoscaler cart-scaler/);
  });
  test('accepts a Deployment when the autoscaler is in another namespace', () => {
    const elsewhere = autoscaler('cart');
    elsewhere.metadata.namespace = 'elsewhere';
    assert.deepEqual(scaleWorkload.refusals(input, [live, elsewhere]), []);
  });
  test('refuses a current number that is wrong', () => {
    const [why] = scaleWorkload.refusals(input, [deployment('cart', { replicas: 5 })]);
    assert.match(why ?? '', /has 5 replicas, not 3/);
  });
  test('fails when the Deployment does not exist', () => {
    assert.throws(() => scaleWorkload.change(input, [], reference), { code: 'object-not-found' });
  });
});
