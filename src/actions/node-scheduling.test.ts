import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { node } from '../../test/objects.ts';
import { digestOf } from '../lib/digest.ts';
import { bind } from './registry.ts';
import { cordonNode } from './cordon-node/action.ts';
import { uncordonNode } from './uncordon-node/action.ts';
import { propose } from './propose.ts';

const input = { namespace: '', parameters: { node: 'node-1' } };
const reference = { execution: 'exe-1', step: 'do-1', trace: 'trace-1' };
const open = node('node-1');
const cordoned = node('node-1', { unschedulable: true });
const written = { 'airlock.dev/execution': 'exe-1.do-1', 'airlock.dev/trace': 'trace-1' };

describe('cordon-node and uncordon-node', () => {
  test('cordon-node writes one field and its annotations, with uid and resourceVersion as preconditions', () => {
    assert.deepEqual(cordonNode.change(input, [open], reference), {
      object: { apiVersion: 'v1', kind: 'Node', name: 'node-1' },
      patch: [
        { op: 'test', path: '/metadata/uid', value: 'uid-node-1' },
        { op: 'test', path: '/metadata/resourceVersion', value: '7' },
        { op: 'add', path: '/spec/unschedulable', value: true },
        { op: 'add', path: '/metadata/annotations', value: written },
      ],
    });
  });
  test('uncordon-node also has the old value as a precondition', () => {
    const { patch } = uncordonNode.change(input, [cordoned], reference);
    assert.deepEqual(patch[2], { op: 'test', path: '/spec/unschedulable', value: true });
    assert.deepEqual(patch[3], { op: 'add', path: '/spec/unschedulable', value: false });
  });
  test('the predicted object proves that this step was applied', () => {
    for (const [action, before] of [
      [cordonNode, open],
      [uncordonNode, cordoned],
    ] as const) {
      const after = action.objectsAfter(input, [before], reference);
      assert.equal(action.isApplied(input, after, reference), true);
      assert.equal(action.isApplied(input, after, { ...reference, execution: 'exe-2' }), false);
      assert.equal(action.isApplied(input, [before], reference), false);
    }
    assert.equal(cordonNode.isApplied(input, [cordoned], reference), false, 'somebody else cordoned it');
  });
  test('the precondition covers unschedulable and no taint', () => {
    const tainted = node('node-1', { taints: [{ key: 'node.kubernetes.io/not-ready', effect: 'NoExecute' }] });
    const preconditionOf = (object: typeof open) => digestOf(cordonNode.preconditionFields(input, [object]));
    assert.equal(preconditionOf(tainted), preconditionOf(open));
    assert.notEqual(preconditionOf(cordoned), preconditionOf(open));
  });
  test('each action is the undo of the other, with a precondition over the result of the step', () => {
    const { steps, undo } = propose(undefined, [{ action: 'cordon-node', parameters: { node: 'node-1' } }], [open]);
    assert.deepEqual(
      [...steps, ...undo].map(({ id, action }) => [id, action]),
      [
        ['do-1', 'cordon-node'],
        ['undo-1', 'uncordon-node'],
      ],
    );
    assert.equal(undo[0]?.precondition.digest, digestOf(uncordonNode.preconditionFields(input, [cordoned])));
    assert.deepEqual(uncordonNode.undo(input), { action: 'cordon-node', parameters: { node: 'node-1' } });
  });
  test('needs get and patch on that node', () => {
    const rule = { apiGroups: [''], resources: ['nodes'], resourceNames: ['node-1'], verbs: ['get', 'patch'] };
    assert.deepEqual(cordonNode.rules(input), [rule]);
    assert.deepEqual(uncordonNode.rules(input), [rule]);
  });
  test('refuses a node that is in the requested state already', () => {
    assert.deepEqual(cordonNode.refusals(input, [open]), []);
    assert.match(cordonNode.refusals(input, [cordoned]).join(), /Node node-1 is already cordoned/);
    assert.match(uncordonNode.refusals(input, [open]).join(), /Node node-1 is not cordoned/);
  });
  test('refuses a node in a namespace, and a workload without one', () => {
    const parameters = { node: 'node-1' };
    assert.throws(() => bind('shop', { action: 'cordon-node', parameters }), {
      message: /namespace: cordon-node must not have a namespace/,
    });
    const scale = { action: 'scale-workload', parameters: { deployment: 'web', from: 1, to: 2 } } as const;
    assert.throws(() => bind(undefined, scale), { message: /namespace: scale-workload needs a namespace/ });
  });
});
