import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { deployment, namespace, pod, replicaSet } from '../../test/objects.ts';
import { propose } from '../actions/propose.ts';
import { digestOf } from '../lib/digest.ts';
import type { KubeObject } from '../domain/kubernetes/object.ts';
import type { Plan } from '../domain/plan/plan.ts';
import { undoing } from './undoing.ts';

const subject = { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'web' };
const of = 'inc-0123456789abcdef';
const four = [deployment('web', { replicas: 4 }), replicaSet('web', 1, 4), pod('web-1', 'a')];
const six = [deployment('web', { replicas: 6 }), replicaSet('web', 1, 6), pod('web-1', 'a')];
const scaled: Plan = {
  version: 'airlock-plan/1',
  ...{ cluster: 'east', namespace, playbook: { name: 'add-capacity', digest: digestOf('p') } },
  ...{ action: 'scale-workload', success: ['replicas'], summary: 'Scale web from 4 to 6' },
  ...propose(namespace, [{ action: 'scale-workload', parameters: { deployment: 'web', from: 4, to: 6 } }], four),
};

function back(plan: unknown, objects: KubeObject[], cluster = 'east') {
  const observations = [{ source: 'test', at: '2026-01-01T00:00:00Z', objects }];
  const evidence = { version: 'airlock-evidence/1', cluster, subject, observations } as const;
  const blobs = { get: async () => plan, put: async () => assert.fail('nothing is kept') };
  return undoing(blobs, evidence, { undo: digestOf(plan), of });
}

describe('undoing', () => {
  test('OK: its undo as steps with bases of now, and its steps to undo them', async () => {
    const undo = await back(scaled, six);
    assert.ok('plan' in undo);
    const { steps, undo: again, playbook, summary, success } = undo.plan;
    assert.deepEqual(
      [...steps, ...again].map(({ id, parameters }) => [id, parameters['from'], parameters['to']]),
      [
        ['do-1', 6, 4],
        ['undo-1', 4, 6],
      ],
    );
    assert.deepEqual(steps[0]?.basis, scaled.undo[0]?.basis);
    assert.deepEqual([playbook, success], [scaled.playbook, scaled.success]);
    assert.equal(summary, 'Take back inc-0123456789abcdef: Scale web from 4 to 6');
  });
  test('OK: an undo can be taken back itself', async () => {
    const undo = await back(scaled, six);
    assert.ok('plan' in undo);
    const redo = await back(undo.plan, four);
    assert.deepEqual('plan' in redo && redo.plan.steps[0]?.parameters, { deployment: 'web', from: 4, to: 6 });
  });

  const made = six.map((object) => ({
    ...object,
    metadata: { ...object.metadata, uid: `${object.metadata.uid}-new` },
  }));
  const refusals: [string, unknown, KubeObject[], RegExp][] = [
    [
      'somebody scaled since',
      scaled,
      [deployment('web', { replicas: 5 })],
      /not what the execution left: .* 5 replicas/,
    ],
    ['it was taken back', scaled, four, /not what the execution left: .* has 4 replicas, not 6/],
    ['another object has the name now', scaled, made, /not what the execution left: somebody changed it since/],
    ['the object is gone', scaled, [], /is not there any more/],
    ['nothing takes it back', { ...scaled, undo: [], noUndo: 'pods cannot be unrestarted' }, six, /be unrestarted/],
  ];
  for (const [name, plan, objects, why] of refusals) {
    test(`not: ${name}`, async () => {
      const undo = await back(plan, objects);
      assert.match('not' in undo ? undo.not : 'a plan was made', why);
    });
  }
  test('not in another cluster; what is no plan is refused', async () => {
    assert.deepEqual(await back(scaled, six, 'west'), { not: 'it was executed in another cluster' });
    await assert.rejects(back({ version: 'x' }, six), { code: 'plan-invalid' });
  });
});
