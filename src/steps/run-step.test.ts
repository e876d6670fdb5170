import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { memoryApi, refusal, type MemoryApi } from '../../test/memory-api.ts';
import { deployment, namespace, replicaSet, template } from '../../test/objects.ts';
import { propose } from '../actions/propose.ts';
import type { KubeObject } from '../domain/kubernetes/object.ts';
import type { Step } from '../domain/plan/plan.ts';
import { runStep } from './run-step.ts';

const objects = [deployment('web', { release: 2, replicas: 3 }), replicaSet('web', 1, 1), replicaSet('web', 2, 2)];
const rollback = stepOf('undo-rollout', { deployment: 'web', fromReplicaSet: 'web-2', toReplicaSet: 'web-1' });
const scale = stepOf('scale-workload', { deployment: 'web', from: 3, to: 5 });
const restart = stepOf('restart-workload', { deployment: 'web', at: 1_767_225_600 });
const unreachable = refusal('kubernetes-unreachable', 'no answer');

function stepOf(action: Step['action'], parameters: Step['parameters']): Step {
  const [step] = propose(namespace, [{ action, parameters }], objects).steps;
  assert.ok(step);
  return step;
}

/** Runs a step once and records what a ledger would. */
async function attempt(api: MemoryApi, step: Step, { mayBeApplied = false, execution = 'exe-1' } = {}) {
  const ledger: string[] = [];
  const error = await runStep(step, {
    api,
    namespace,
    mayBeApplied,
    reference: { execution, step: step.id, trace: 'trace-1' },
    redact: async (read) => read,
    onIntended: async (version) => void ledger.push(`intended ${version}`),
    onApplied: async (version) => void ledger.push(`applied ${version}`),
  }).catch((thrown: { code: string }) => thrown.code);
  return { ledger, error };
}

function live(api: MemoryApi): KubeObject {
  return api.objects.find((object) => object.kind === 'Deployment') as KubeObject;
}

describe('runStep', () => {
  test('records the intent, sends a dry run, writes once and records the write', async () => {
    const api = memoryApi(objects);
    assert.deepEqual(await attempt(api, rollback), { ledger: ['intended 100', 'applied 101'], error: undefined });
    assert.equal(api.writes.length, 1);
    assert.deepEqual(live(api)['spec'].template, template('web', 'web:1'));
  });
  test('writes of status or by an autoscaler meanwhile do not change the precondition', async () => {
    const api = memoryApi(objects);
    live(api)['status'] = { readyReplicas: 0 };
    live(api)['spec'].replicas = 9;
    assert.equal((await attempt(api, rollback)).error, undefined);
  });

  test('records and writes nothing when the precondition has changed', async () => {
    const api = memoryApi(objects);
    live(api)['spec'].template.spec.containers[0].image = 'web:3';
    assert.deepEqual(await attempt(api, rollback), { ledger: [], error: 'precondition-changed' });
    assert.equal(api.writes.length, 0);
  });
  test('writes nothing when the Deployment was recreated under the same name', async () => {
    const api = memoryApi(objects);
    live(api).metadata.uid = 'uid-recreated';
    assert.deepEqual(await attempt(api, scale), { ledger: [], error: 'precondition-changed' });
  });
  test('writes nothing when an object no longer exists', async () => {
    const api = memoryApi(objects.slice(0, 1));
    assert.deepEqual(await attempt(api, rollback), { ledger: [], error: 'object-not-found' });
  });
  test('writes nothing when the dry run is refused', async () => {
    const api = memoryApi(objects, { dryRun: refusal('kubernetes-conflict', 'somebody else wrote') });
    assert.deepEqual(await attempt(api, rollback), { ledger: ['intended 100'], error: 'kubernetes-conflict' });
    assert.equal(api.writes.length, 0);
  });
  test('a write by another client in between makes the patch fail', async () => {
    const before = ([web]: KubeObject[]): void => {
      (web as KubeObject).metadata.resourceVersion = '777';
    };
    const api = memoryApi(objects, { before });
    assert.deepEqual(await attempt(api, scale), { ledger: ['intended 100'], error: 'kubernetes-invalid' });
    assert.equal(api.writes.length, 0);
  });
  test('stops before the write when the ledger is unavailable', async () => {
    const api = memoryApi(objects);
    const context = {
      api,
      namespace,
      mayBeApplied: false,
      reference: { execution: 'exe-1', step: 'do-1', trace: 't' },
      redact: async (read: KubeObject[]) => read,
      onIntended: () => Promise.reject(refusal('ledger-unavailable', 'no database')),
      onApplied: () => Promise.resolve(),
    };
    await assert.rejects(runStep(scale, context), { code: 'ledger-unavailable' });
    assert.equal(api.writes.length, 0);
  });
});

describe('runStep after a lost answer', () => {
  for (const step of [rollback, scale, restart]) {
    test(`a retry of ${step.action} recognises its own write and writes nothing more`, async () => {
      const api = memoryApi(objects, { lostAnswer: unreachable });
      assert.deepEqual(await attempt(api, step), { ledger: ['intended 100'], error: 'kubernetes-unreachable' });
      assert.deepEqual(await attempt(api, step, { mayBeApplied: true }), { ledger: ['applied 101'], error: undefined });
      assert.deepEqual(await attempt(api, step, { mayBeApplied: true }), { ledger: ['applied 101'], error: undefined });
      assert.equal(api.writes.length, 1);
    });
  }
  test('a retry of a write that never arrived writes it', async () => {
    const api = memoryApi(objects);
    assert.deepEqual((await attempt(api, rollback, { mayBeApplied: true })).ledger, ['intended 100', 'applied 101']);
    assert.equal(api.writes.length, 1);
  });

  test('a first attempt does not count an existing effect as its own', async () => {
    const api = memoryApi(objects);
    live(api)['spec'].replicas = 5;
    assert.deepEqual(await attempt(api, scale), { ledger: [], error: 'precondition-changed' });
  });
  test('a retry does not count the write of another execution as its own', async () => {
    const api = memoryApi(objects);
    await attempt(api, rollback, { execution: 'exe-0' });
    const retried = await attempt(api, rollback, { mayBeApplied: true });
    assert.deepEqual(retried, { ledger: [], error: 'precondition-changed' });
    assert.equal(api.writes.length, 1);
  });
  test('a retry notices that somebody changed the object since', async () => {
    const api = memoryApi(objects, { lostAnswer: unreachable });
    await attempt(api, rollback);
    live(api)['spec'].template = template('web', 'web:3');
    assert.equal((await attempt(api, rollback, { mayBeApplied: true })).error, 'precondition-changed');
  });
});
