import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { deployment, namespace, replicaSet, template } from '../../../test/objects.ts';
import { propose } from '../../actions/propose.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import { digestOf } from '../../lib/digest.ts';
import { ownFindings } from './own-findings.ts';

const objects = [deployment('web', { release: 2, replicas: 3 }), replicaSet('web', 1, 0), replicaSet('web', 2, 3)];
const parameters = { deployment: 'web', fromReplicaSet: 'web-2', toReplicaSet: 'web-1' };
const plan: Plan = {
  version: 'airlock-plan/1',
  cluster: 'east',
  namespace,
  playbook: { name: 'p', digest: digestOf('p') },
  action: 'undo-rollout',
  ...propose(namespace, [{ action: 'undo-rollout', parameters }], objects),
  success: ['template'],
  summary: 's',
};
const snapshot = {
  version: 'airlock-snapshot/1' as const,
  cluster: 'east',
  takenAt: '2026-11-21T12:00:00Z',
  kubernetes: 'v1.36.0',
  objects,
  events: [],
  unknowns: ['a webhook'],
};
const object = { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'web' };

describe('ownFindings', () => {
  test('has every field that the steps write, the preconditions of all steps, and the unknowns of the snapshot', () => {
    const found = ownFindings(plan, snapshot);
    assert.deepEqual(
      found.diff.map(({ path, before, after }) => [path, before, after]),
      [
        ['/spec/template/spec/containers/0/image', 'web:2', 'web:1'],
        ['/metadata/annotations/airlock.dev~1execution', null, 'rehearsal.do-1'],
        ['/metadata/annotations/airlock.dev~1trace', null, 'rehearsal'],
      ],
    );
    assert.deepEqual(
      found.preconditions,
      Object.fromEntries([...plan.steps, ...plan.undo].map((step) => [step.id, step.precondition])),
    );
    assert.deepEqual([found.unknowns, found.problem], [['a webhook'], undefined]);
  });
  test('has the measurements that only the steps decide', () => {
    assert.deepEqual(ownFindings(plan, snapshot).written, [
      { object, measurement: 'template', value: digestOf(template('web', 'web:1')) },
      { object, measurement: 'replicas', value: 3 },
    ]);
  });
  test('says why a plan does not fit the snapshot', () => {
    const { problem, diff } = ownFindings(plan, { ...snapshot, objects: objects.slice(0, 1) });
    assert.match(problem ?? '', /ReplicaSet shop\/web-1 was not found/);
    assert.deepEqual(diff, []);
  });
});
