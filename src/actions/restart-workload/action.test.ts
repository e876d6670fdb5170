import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { deployment, namespace } from '../../../test/objects.ts';
import { digestOf } from '../../lib/digest.ts';
import type { KubeObject } from '../../domain/kubernetes/object.ts';
import { restartedAt } from '../../domain/kubernetes/restarted-at.ts';
import { restartWorkload } from './action.ts';

const input = { namespace, parameters: { deployment: 'cart', at: 1_767_225_600 } };
const time = '2026-01-01T00:00:00Z';
const reference = { execution: 'exe-1', step: 'do-1', trace: 'trace-1' };
const live = deployment('cart', { replicas: 3 });

function restartedBefore(at: string): KubeObject {
  const copy = structuredClone(live);
  copy['spec'].template.metadata.annotations = { [restartedAt]: at, team: 'shop' };
  return copy;
}

describe('restart-workload', () => {
  test('adds the time and the ownership annotations, with uid, resourceVersion and the old template as preconditions', () => {
    assert.deepEqual(restartWorkload.change(input, [live], reference), {
      object: { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'cart' },
      patch: [
        { op: 'test', path: '/metadata/uid', value: 'uid-cart' },
        { op: 'test', path: '/metadata/resourceVersion', value: '100' },
        { op: 'test', path: '/spec/template', value: live['spec'].template },
        { op: 'add', path: '/spec/template/metadata/annotations', value: { [restartedAt]: time } },
        {
          op: 'add',
          path: '/metadata/annotations',
          value: { 'airlock.dev/execution': 'exe-1.do-1', 'airlock.dev/trace': 'trace-1' },
        },
      ],
    });
  });
  test('keeps other annotations of the template and replaces an earlier time', () => {
    const { patch } = restartWorkload.change(input, [restartedBefore('2025-01-01T00:00:00Z')], reference);
    assert.deepEqual(patch[3], {
      op: 'add',
      path: '/spec/template/metadata/annotations/kubectl.kubernetes.io~1restartedAt',
      value: time,
    });
  });
  test('the template does not depend on the execution, so a rehearsal predicts it', () => {
    const [one] = restartWorkload.objectsAfter(input, [live], reference);
    const [other] = restartWorkload.objectsAfter(input, [live], {
      execution: 'rehearsal',
      step: 'do-1',
      trace: 'rehearsal',
    });
    assert.equal(digestOf(one?.['spec'].template), digestOf(other?.['spec'].template));
    assert.notEqual(digestOf(one?.['spec'].template), digestOf(live['spec'].template));
  });
  test('the predicted object proves that this step was applied', () => {
    const after = restartWorkload.objectsAfter(input, [live], reference);
    assert.equal(restartWorkload.isApplied(input, after, reference), true);
    assert.equal(restartWorkload.isApplied(input, after, { ...reference, execution: 'exe-2' }), false);
    assert.equal(restartWorkload.isApplied(input, [restartedBefore(time)], reference), false);
    assert.equal(restartWorkload.isApplied(input, [live], reference), false);
  });
  test('the precondition covers the template and its rollout, not the number of replicas', () => {
    const preconditionOf = (object: KubeObject) => digestOf(restartWorkload.preconditionFields(input, [object]));
    assert.equal(preconditionOf(deployment('cart', { replicas: 9 })), preconditionOf(live));
    assert.notEqual(preconditionOf(deployment('cart', { replicas: 3, release: 2 })), preconditionOf(live));
    assert.notEqual(preconditionOf(restartedBefore('2025-01-01T00:00:00Z')), preconditionOf(live));
  });
  test('has no undo, and gives the reason', () => {
    assert.deepEqual(restartWorkload.undo(input), { noUndo: 'deleted pods cannot be restored' });
  });
  test('refuses a paused Deployment, and a time that the template has already', () => {
    assert.deepEqual(restartWorkload.refusals(input, [live]), []);
    const paused = deployment('cart', { replicas: 3, paused: true });
    assert.match(restartWorkload.refusals(input, [paused]).join(), /is paused/);
    assert.match(
      restartWorkload.refusals(input, [restartedBefore(time)]).join(),
      /was already restarted at 2026-01-01/,
    );
  });
  test('refuses a time that RFC 3339 cannot express', () => {
    for (const at of [0, -1, 1.5, 253_402_300_800]) {
      assert.equal(restartWorkload.parameters.safeParse({ deployment: 'cart', at }).success, false);
    }
  });
});
