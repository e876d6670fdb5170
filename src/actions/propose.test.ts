import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { deployment, namespace, replicaSet } from '../../test/objects.ts';
import { digestOf } from '../lib/digest.ts';
import type { Plan } from '../domain/plan/plan.ts';
import { preconditionOf, bind } from './registry.ts';
import { propose, type StepDraft } from './propose.ts';
import { rulesOf } from './rbac.ts';

const rollback: StepDraft = {
  action: 'undo-rollout',
  parameters: { deployment: 'web', fromReplicaSet: 'web-2', toReplicaSet: 'web-1' },
};
const scale = (from: number, to: number): StepDraft => ({
  action: 'scale-workload',
  parameters: { deployment: 'web', from, to },
});
const objects = [deployment('web', { release: 2, replicas: 3 }), replicaSet('web', 1, 1), replicaSet('web', 2, 2)];

describe('propose', () => {
  test('the precondition of the first step is over the given objects', () => {
    const { steps } = propose(namespace, [rollback], objects);
    assert.deepEqual(steps[0]?.precondition, preconditionOf(bind(namespace, rollback), objects));
    assert.equal(steps[0]?.id, 'do-1');
  });
  test('the precondition of the undo is over the result of the step', () => {
    const { undo, noUndo } = propose(namespace, [rollback], objects);
    const parameters = { deployment: 'web', fromReplicaSet: 'web-1', toReplicaSet: 'web-2' };
    const then = [deployment('web', { release: 1, replicas: 3 }), ...objects.slice(1)];
    assert.deepEqual(undo, [
      {
        id: 'undo-1',
        action: 'undo-rollout',
        parameters,
        precondition: preconditionOf(bind(namespace, { ...rollback, parameters }), then),
      },
    ]);
    assert.equal(noUndo, undefined);
  });
  test('later steps build on earlier ones, and the undo has the reverse order', () => {
    const { steps, undo } = propose(namespace, [scale(3, 5), scale(5, 8)], objects);
    const precondition = (replicas: number) => ({ uid: 'uid-web', digest: digestOf({ replicas }) });
    assert.deepEqual(
      steps.map((step) => step.precondition),
      [precondition(3), precondition(5)],
    );
    assert.deepEqual(
      undo.map(({ id, parameters, precondition: found }) => [id, parameters['from'], parameters['to'], found]),
      [
        ['undo-2', 8, 5, precondition(8)],
        ['undo-1', 5, 3, precondition(5)],
      ],
    );
  });
  test('does not change its arguments', () => {
    const before = structuredClone(objects);
    propose(namespace, [rollback, rollback], objects);
    assert.deepEqual(objects, before);
  });

  test('refuses a parameter that the action does not accept, and names it', () => {
    const wrong = { ...scale(3, 5), parameters: { deployment: 'web', from: 3, to: 0 } };
    assert.throws(() => propose(namespace, [wrong], objects), { code: 'bad-input', message: /scale-workload\.to/ });
  });
  test('refuses a parameter that the action does not have', () => {
    const wrong = { ...scale(3, 5), parameters: { deployment: 'web', from: 3, to: 5, force: 1 } };
    assert.throws(() => propose(namespace, [wrong], objects), { code: 'bad-input' });
  });
  test('refuses a name that is a path', () => {
    const wrong = { ...scale(3, 5), parameters: { deployment: '../web', from: 3, to: 5 } };
    assert.throws(() => propose(namespace, [wrong], objects), { message: /scale-workload\.deployment/ });
  });
  test('fails when an object does not exist', () => {
    assert.throws(() => propose(namespace, [rollback], objects.slice(0, 1)), { code: 'object-not-found' });
  });
});

describe('rulesOf', () => {
  const plan = (drafts: StepDraft[]): Plan => ({
    ...propose(namespace, drafts, objects),
    version: 'airlock-plan/1',
    cluster: 'east',
    namespace,
    action: rollback.action,
    summary: 'x',
    playbook: { name: 'p', digest: digestOf(1) },
    success: ['ready'],
  });
  const rule = (resource: string, name: string, verbs: string[]) => ({
    apiGroups: ['apps'],
    resources: [resource],
    resourceNames: [name],
    verbs,
  });

  test('undo-rollout may patch one Deployment and read one ReplicaSet', () => {
    assert.deepEqual(rulesOf(plan([rollback]), 'do'), [
      rule('deployments', 'web', ['get', 'patch']),
      rule('replicasets', 'web-1', ['get']),
    ]);
  });
  test('its undo may read only the other ReplicaSet', () => {
    assert.deepEqual(rulesOf(plan([rollback]), 'undo'), [
      rule('deployments', 'web', ['get', 'patch']),
      rule('replicasets', 'web-2', ['get']),
    ]);
  });
  test('scale-workload may not patch the Deployment itself, and equal rules of two steps appear once', () => {
    assert.deepEqual(rulesOf(plan([scale(3, 5), scale(5, 8)]), 'do'), [
      rule('deployments', 'web', ['get']),
      rule('deployments/scale', 'web', ['patch']),
    ]);
  });
});
