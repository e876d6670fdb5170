import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { deployment, namespace, replicaSet } from '../../test/objects.ts';
import { digestOf } from '../lib/digest.ts';
import type { Plan } from '../domain/plan/plan.ts';
import { basisOf, bind } from './catalogue.ts';
import { propose, type WantedStep } from './propose.ts';
import { rulesOf } from './rbac.ts';

const rollback: WantedStep = {
  action: 'undo-rollout',
  parameters: { deployment: 'web', fromReplicaSet: 'web-2', toReplicaSet: 'web-1' },
};
const scale = (from: number, to: number): WantedStep => ({
  action: 'scale-workload',
  parameters: { deployment: 'web', from, to },
});
const objects = [deployment('web', { release: 2, replicas: 3 }), replicaSet('web', 1, 1), replicaSet('web', 2, 2)];

describe('propose', () => {
  test('OK: the basis of the first step is over the objects as they are', () => {
    const { steps } = propose(namespace, [rollback], objects);
    assert.deepEqual(steps[0]?.basis, basisOf(bind(namespace, rollback), objects));
    assert.equal(steps[0]?.id, 'do-1');
  });
  test('OK: the undo is the same action, and its basis is what the step will have left', () => {
    const { undo, noUndo } = propose(namespace, [rollback], objects);
    const parameters = { deployment: 'web', fromReplicaSet: 'web-1', toReplicaSet: 'web-2' };
    const then = [deployment('web', { release: 1, replicas: 3 }), ...objects.slice(1)];
    assert.deepEqual(undo, [
      {
        id: 'undo-1',
        action: 'undo-rollout',
        parameters,
        basis: basisOf(bind(namespace, { ...rollback, parameters }), then),
      },
    ]);
    assert.equal(noUndo, undefined);
  });
  test('OK: later steps build on earlier ones, and the undo goes backwards', () => {
    const { steps, undo } = propose(namespace, [scale(3, 5), scale(5, 8)], objects);
    const basis = (replicas: number) => ({ uid: 'uid-web', digest: digestOf({ replicas }) });
    assert.deepEqual(
      steps.map((step) => step.basis),
      [basis(3), basis(5)],
    );
    assert.deepEqual(
      undo.map(({ id, parameters, basis: found }) => [id, parameters['from'], parameters['to'], found]),
      [
        ['undo-2', 8, 5, basis(8)],
        ['undo-1', 5, 3, basis(5)],
      ],
    );
  });
  test('OK: the objects that were handed in stay as they were', () => {
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
  test('stops when an object is gone', () => {
    assert.throws(() => propose(namespace, [rollback], objects.slice(0, 1)), { code: 'object-gone' });
  });
});

describe('rulesOf', () => {
  const plan = (wanted: WantedStep[]): Plan => ({
    ...propose(namespace, wanted, objects),
    ...{ version: 'airlock-plan/1', cluster: 'east', namespace, action: rollback.action, summary: 'x' },
    playbook: { name: 'p', digest: digestOf(1) },
    success: ['ready'],
  });
  const rule = (resource: string, name: string, verbs: string[]) => ({
    ...{ apiGroups: ['apps'], resources: [resource], resourceNames: [name], verbs },
  });

  test('OK: an undo of a rollout may patch one Deployment and read one ReplicaSet', () => {
    assert.deepEqual(rulesOf(plan([rollback]), 'do'), [
      rule('deployments', 'web', ['get', 'patch']),
      rule('replicasets', 'web-1', ['get']),
    ]);
  });
  test('OK: taking it back reads the other ReplicaSet, and only that', () => {
    assert.deepEqual(rulesOf(plan([rollback]), 'undo'), [
      rule('deployments', 'web', ['get', 'patch']),
      rule('replicasets', 'web-2', ['get']),
    ]);
  });
  test('OK: a scale may not patch the Deployment itself; the same rule of two steps is there once', () => {
    assert.deepEqual(rulesOf(plan([scale(3, 5), scale(5, 8)]), 'do'), [
      rule('deployments', 'web', ['get']),
      rule('deployments/scale', 'web', ['patch']),
    ]);
  });
});
