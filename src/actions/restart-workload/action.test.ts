import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { deployment, namespace } from '../../../test/objects.ts';
import { digestOf } from '../../lib/digest.ts';
import type { KubeObject } from '../../domain/kubernetes/object.ts';
import { restartedAt } from '../../domain/kubernetes/restarted-at.ts';
import { restartWorkload } from './action.ts';

const use = { namespace, parameters: { deployment: 'cart', at: 1_767_225_600 } };
const time = '2026-01-01T00:00:00Z';
const stamp = { execution: 'exe-1', step: 'do-1', trace: 'trace-1' };
const live = deployment('cart', { replicas: 3 });

function restartedBefore(at: string): KubeObject {
  const copy = structuredClone(live);
  copy['spec'].template.metadata.annotations = { [restartedAt]: at, team: 'shop' };
  return copy;
}

describe('restart-workload', () => {
  test('OK: adds one annotation to the template and its stamp, under uid, resourceVersion and the old template', () => {
    assert.deepEqual(restartWorkload.change(use, [live], stamp), {
      target: { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'cart' },
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
  test('OK: other annotations of the template stay, an earlier time is replaced', () => {
    const { patch } = restartWorkload.change(use, [restartedBefore('2025-01-01T00:00:00Z')], stamp);
    assert.deepEqual(patch[3], {
      op: 'add',
      path: '/spec/template/metadata/annotations/kubectl.kubernetes.io~1restartedAt',
      value: time,
    });
  });
  test('OK: the template is the same whoever runs it, so a rehearsal foretells it', () => {
    const [one] = restartWorkload.after(use, [live], stamp);
    const [other] = restartWorkload.after(use, [live], { execution: 'rehearsal', step: 'do-1', trace: 'rehearsal' });
    assert.equal(digestOf(one?.['spec'].template), digestOf(other?.['spec'].template));
    assert.notEqual(digestOf(one?.['spec'].template), digestOf(live['spec'].template));
  });
  test('OK: what it will be is what proves that this very step did it', () => {
    const after = restartWorkload.after(use, [live], stamp);
    assert.equal(restartWorkload.applied(use, after, stamp), true);
    assert.equal(restartWorkload.applied(use, after, { ...stamp, execution: 'exe-2' }), false);
    assert.equal(restartWorkload.applied(use, [restartedBefore(time)], stamp), false);
    assert.equal(restartWorkload.applied(use, [live], stamp), false);
  });
  test('OK: the basis is the template and how it is rolled out, not how many pods there are', () => {
    const basisOf = (object: KubeObject) => digestOf(restartWorkload.basis(use, [object]));
    assert.equal(basisOf(deployment('cart', { replicas: 9 })), basisOf(live));
    assert.notEqual(basisOf(deployment('cart', { replicas: 3, release: 2 })), basisOf(live));
    assert.notEqual(basisOf(restartedBefore('2025-01-01T00:00:00Z')), basisOf(live));
  });
  test('nothing takes it back, and it says so', () => {
    assert.deepEqual(restartWorkload.undo(use), { none: 'pods that were made anew cannot be made the old ones again' });
  });
  test('refuses a paused Deployment, and a time that stands there already', () => {
    assert.deepEqual(restartWorkload.refusals(use, [live]), []);
    const paused = deployment('cart', { replicas: 3, paused: true });
    assert.match(restartWorkload.refusals(use, [paused]).join(), /is paused/);
    assert.match(restartWorkload.refusals(use, [restartedBefore(time)]).join(), /was restarted at 2026-01-01/);
  });
  test('refuses a time that RFC 3339 cannot say', () => {
    for (const at of [0, -1, 1.5, 253_402_300_800]) {
      assert.equal(restartWorkload.parameters.safeParse({ deployment: 'cart', at }).success, false);
    }
  });
});
