import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { deployment, namespace, node, replicaSet } from '../../test/objects.ts';
import type { Step } from '../domain/plan/plan.ts';
import { plannedChange } from './planned-change.ts';
import { propose, type StepDraft } from './propose.ts';
import { bind } from './registry.ts';

const objects = [
  deployment('web', { release: 2, replicas: 3 }),
  ...[replicaSet('web', 1, 0), replicaSet('web', 2, 3), deployment('cart'), node('node-1')],
  node('node-2', { unschedulable: true }),
];
const undo: StepDraft = {
  action: 'undo-rollout',
  parameters: { deployment: 'web', fromReplicaSet: 'web-2', toReplicaSet: 'web-1' },
};
const scale = (name: string, from: number, to: number): StepDraft => ({
  action: 'scale-workload',
  parameters: { deployment: name, from, to },
});
const changeOf = (drafts: StepDraft[], planNamespace: string | undefined = namespace) =>
  plannedChange({ namespace: planNamespace, steps: propose(planNamespace, drafts, objects).steps }, objects);

describe('plannedChange', () => {
  const drafts: [StepDraft, string | undefined][] = [
    [undo, namespace],
    [scale('web', 3, 5), namespace],
    [{ action: 'restart-workload', parameters: { deployment: 'web', at: 1_767_225_600 } }, namespace],
    [{ action: 'cordon-node', parameters: { node: 'node-1' } }, undefined],
    [{ action: 'uncordon-node', parameters: { node: 'node-2' } }, undefined],
  ];
  for (const [draft, planNamespace] of drafts) {
    test(`the patch of ${draft.action} makes the object that the action predicts`, () => {
      const steps = propose(planNamespace, [draft], objects).steps;
      const [changed] = plannedChange({ namespace: planNamespace, steps }, objects);
      const { action, input } = bind(planNamespace, draft);
      const reference = { execution: 'rehearsal', step: 'do-1', trace: 'rehearsal' };
      assert.deepEqual(changed?.after, action.objectsAfter(input, objects, reference)[0]);
      assert.notDeepEqual(changed?.after, changed?.before);
    });
  }

  test('later steps build on earlier ones; each object is returned once, in the order of the steps', () => {
    const changed = changeOf([scale('cart', 2, 4), undo, scale('cart', 4, 6)]);
    assert.deepEqual(
      changed.map(({ ref, before, after }) => [ref.name, before['spec'].replicas, after['spec'].replicas]),
      [
        ['cart', 2, 6],
        ['web', 3, 3],
      ],
    );
  });
  test('fails when an object is missing or is not in the state that the plan expects', () => {
    const { steps } = propose(namespace, [scale('web', 3, 5)], objects);
    assert.throws(() => plannedChange({ namespace, steps }, []), { code: 'object-not-found' });
    const moved: Step[] = steps.map((step) => ({ ...step, parameters: { deployment: 'web', from: 2, to: 5 } }));
    assert.throws(() => plannedChange({ namespace, steps: moved }, objects), { code: 'precondition-changed' });
  });
});
