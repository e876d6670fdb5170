import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { deployment, namespace, node, pod, replicaSet } from '../../test/objects.ts';
import { propose } from '../actions/propose.ts';
import { digestOf } from '../lib/digest.ts';
import type { KubeObject } from '../domain/kubernetes/object.ts';
import type { Plan } from '../domain/plan/plan.ts';
import { planUndo } from './plan-undo.ts';

const subject = { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'web' };
const of = 'inc-0123456789abcdef';
const four = [deployment('web', { replicas: 4 }), replicaSet('web', 1, 4), pod('web-1', 'a')];
const six = [deployment('web', { replicas: 6 }), replicaSet('web', 1, 6), pod('web-1', 'a')];
const scaled: Plan = {
  version: 'airlock-plan/1',
  cluster: 'east',
  namespace,
  playbook: { name: 'add-capacity', digest: digestOf('p') },
  action: 'scale-workload',
  success: ['replicas'],
  summary: 'Scale web from 4 to 6',
  ...propose(namespace, [{ action: 'scale-workload', parameters: { deployment: 'web', from: 4, to: 6 } }], four),
};

function undoOf(plan: unknown, objects: KubeObject[], cluster = 'east') {
  const observations = [{ source: 'test', at: '2026-01-01T00:00:00Z', objects }];
  const evidence = { version: 'airlock-evidence/1', cluster, subject, observations } as const;
  const blobs = { get: async () => plan, put: async () => assert.fail('nothing is kept') };
  return planUndo(blobs, evidence, { undo: digestOf(plan), of });
}

describe('planUndo', () => {
  test('makes a plan of the undo steps, with current preconditions and undo steps of its own', async () => {
    const undo = await undoOf(scaled, six);
    assert.ok('plan' in undo);
    const { steps, undo: again, playbook, summary, success } = undo.plan;
    assert.deepEqual(
      [...steps, ...again].map(({ id, parameters }) => [id, parameters['from'], parameters['to']]),
      [
        ['do-1', 6, 4],
        ['undo-1', 4, 6],
      ],
    );
    assert.deepEqual(steps[0]?.precondition, scaled.undo[0]?.precondition);
    assert.deepEqual([playbook, success], [scaled.playbook, scaled.success]);
    assert.equal(summary, 'Undo inc-0123456789abcdef: Scale web from 4 to 6');
  });
  test('takes the action of the undo steps, which can be another one', async () => {
    const open = node('node-1');
    const cordoned = node('node-1', { unschedulable: true });
    const { namespace: _, ...cluster } = scaled;
    const steps = propose(undefined, [{ action: 'cordon-node', parameters: { node: 'node-1' } }], [open]);
    const undo = await undoOf({ ...cluster, action: 'cordon-node', success: ['tainted'], ...steps }, [cordoned]);
    assert.ok('plan' in undo, JSON.stringify(undo));
    assert.deepEqual([undo.plan.action, undo.plan.steps[0]?.action], ['uncordon-node', 'uncordon-node']);
    assert.equal(undo.plan.undo[0]?.action, 'cordon-node');
  });
  test('an undo can itself be undone', async () => {
    const undo = await undoOf(scaled, six);
    assert.ok('plan' in undo);
    const redo = await undoOf(undo.plan, four);
    assert.deepEqual('plan' in redo && redo.plan.steps[0]?.parameters, { deployment: 'web', from: 4, to: 6 });
  });

  const replaced = six.map((object) => ({
    ...object,
    metadata: { ...object.metadata, uid: `${object.metadata.uid}-new` },
  }));
  const refusals: [string, unknown, KubeObject[], RegExp][] = [
    [
      'the Deployment was scaled since',
      scaled,
      [deployment('web', { replicas: 5 })],
      /no longer what the execution left: .* 5 replicas/,
    ],
    ['the execution was already undone', scaled, four, /no longer what the execution left: .* has 4 replicas, not 6/],
    ['another object has the name now', scaled, replaced, /no longer what the execution left: the object was changed/],
    ['the object is gone', scaled, [], /was not found/],
    [
      'the plan has no undo steps',
      { ...scaled, undo: [], noUndo: 'pods cannot be unrestarted' },
      six,
      /be unrestarted/,
    ],
  ];
  for (const [name, plan, objects, why] of refusals) {
    test(`rejected: ${name}`, async () => {
      const undo = await undoOf(plan, objects);
      assert.match('rejected' in undo ? undo.rejected : 'a plan was made', why);
    });
  }
  test('rejects a plan of another cluster and refuses a malformed plan', async () => {
    assert.deepEqual(await undoOf(scaled, six, 'west'), { rejected: 'the plan was executed in another cluster' });
    await assert.rejects(undoOf({ version: 'x' }, six), { code: 'plan-invalid' });
  });
});
