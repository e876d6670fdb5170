import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { node } from '../../../test/objects.ts';
import { digestOf } from '../../lib/digest.ts';
import { bind } from '../catalogue.ts';
import { cordonNode, uncordonNode } from './action.ts';
import { propose } from '../propose.ts';

const use = { namespace: '', parameters: { node: 'node-1' } };
const stamp = { execution: 'exe-1', step: 'do-1', trace: 'trace-1' };
const open = node('node-1');
const cordoned = node('node-1', { unschedulable: true });
const stamped = { 'airlock.dev/execution': 'exe-1.do-1', 'airlock.dev/trace': 'trace-1' };

describe('cordon-node and uncordon-node', () => {
  test('OK: cordoning writes one field and its stamp, under uid and resourceVersion', () => {
    assert.deepEqual(cordonNode.change(use, [open], stamp), {
      target: { apiVersion: 'v1', kind: 'Node', name: 'node-1' },
      patch: [
        { op: 'test', path: '/metadata/uid', value: 'uid-node-1' },
        { op: 'test', path: '/metadata/resourceVersion', value: '7' },
        { op: 'add', path: '/spec/unschedulable', value: true },
        { op: 'add', path: '/metadata/annotations', value: stamped },
      ],
    });
  });
  test('OK: uncordoning is under the old value too', () => {
    const { patch } = uncordonNode.change(use, [cordoned], stamp);
    assert.deepEqual(patch[2], { op: 'test', path: '/spec/unschedulable', value: true });
    assert.deepEqual(patch[3], { op: 'add', path: '/spec/unschedulable', value: false });
  });
  test('OK: what it will be is what proves that this very step did it', () => {
    for (const [action, before] of [
      [cordonNode, open],
      [uncordonNode, cordoned],
    ] as const) {
      const after = action.after(use, [before], stamp);
      assert.equal(action.applied(use, after, stamp), true);
      assert.equal(action.applied(use, after, { ...stamp, execution: 'exe-2' }), false);
      assert.equal(action.applied(use, [before], stamp), false);
    }
    assert.equal(cordonNode.applied(use, [cordoned], stamp), false, 'somebody else cordoned it');
  });
  test('OK: the basis is whether it takes pods, and nothing that comes and goes', () => {
    const tainted = node('node-1', { taints: [{ key: 'node.kubernetes.io/not-ready', effect: 'NoExecute' }] });
    const basisOf = (object: typeof open) => digestOf(cordonNode.basis(use, [object]));
    assert.equal(basisOf(tainted), basisOf(open));
    assert.notEqual(basisOf(cordoned), basisOf(open));
  });
  test('OK: each is taken back by the other, with a basis over what the step leaves', () => {
    const { steps, undo } = propose(undefined, [{ action: 'cordon-node', parameters: { node: 'node-1' } }], [open]);
    assert.deepEqual(
      [...steps, ...undo].map(({ id, action }) => [id, action]),
      [
        ['do-1', 'cordon-node'],
        ['undo-1', 'uncordon-node'],
      ],
    );
    assert.equal(undo[0]?.basis.digest, digestOf(uncordonNode.basis(use, [cordoned])));
    assert.deepEqual(uncordonNode.undo(use), { action: 'cordon-node', parameters: { node: 'node-1' } });
  });
  test('OK: may get and patch that node', () => {
    const rule = { apiGroups: [''], resources: ['nodes'], resourceNames: ['node-1'], verbs: ['get', 'patch'] };
    assert.deepEqual(cordonNode.rules(use), [rule]);
    assert.deepEqual(uncordonNode.rules(use), [rule]);
  });
  test('refuses what is so already', () => {
    assert.deepEqual(cordonNode.refusals(use, [open]), []);
    assert.match(cordonNode.refusals(use, [cordoned]).join(), /Node node-1 is cordoned already/);
    assert.match(uncordonNode.refusals(use, [open]).join(), /Node node-1 is not cordoned/);
  });
  test('refuses a node in a namespace, and a workload in none', () => {
    const parameters = { node: 'node-1' };
    assert.throws(() => bind('shop', { action: 'cordon-node', parameters }), { message: /namespace: cordon-node has/ });
    const scale = { action: 'scale-workload', parameters: { deployment: 'web', from: 1, to: 2 } } as const;
    assert.throws(() => bind(undefined, scale), { message: /namespace: is needed by scale-workload/ });
  });
});
