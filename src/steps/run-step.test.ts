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

/** Runs a step once and writes down what a ledger would. */
async function attempt(api: MemoryApi, step: Step, { retry = false, execution = 'exe-1' } = {}) {
  const ledger: string[] = [];
  const error = await runStep(step, {
    api,
    namespace,
    retry,
    stamp: { execution, step: step.id, trace: 'trace-1' },
    redact: async (read) => read,
    intended: async (version) => void ledger.push(`intended ${version}`),
    applied: async (version) => void ledger.push(`applied ${version}`),
  }).catch((thrown: { code: string }) => thrown.code);
  return { ledger, error };
}

function live(api: MemoryApi): KubeObject {
  return api.objects.find((object) => object.kind === 'Deployment') as KubeObject;
}

describe('runStep', () => {
  test('OK: says what it intends, tries without writing, writes once, says that it did', async () => {
    const api = memoryApi(objects);
    assert.deepEqual(await attempt(api, rollback), { ledger: ['intended 100', 'applied 101'], error: undefined });
    assert.equal(api.writes.length, 1);
    assert.deepEqual(live(api)['spec'].template, template('web', 'web:1'));
  });
  test('OK: a write of status or by an autoscaler meanwhile does not void the basis', async () => {
    const api = memoryApi(objects);
    live(api)['status'] = { readyReplicas: 0 };
    live(api)['spec'].replicas = 9;
    assert.equal((await attempt(api, rollback)).error, undefined);
  });

  test('a basis that changed writes nothing and intends nothing', async () => {
    const api = memoryApi(objects);
    live(api)['spec'].template.spec.containers[0].image = 'web:3';
    assert.deepEqual(await attempt(api, rollback), { ledger: [], error: 'basis-changed' });
    assert.equal(api.writes.length, 0);
  });
  test('a Deployment that was made anew under the same name writes nothing', async () => {
    const api = memoryApi(objects);
    live(api).metadata.uid = 'uid-reborn';
    assert.deepEqual(await attempt(api, scale), { ledger: [], error: 'basis-changed' });
  });
  test('an object that is gone writes nothing', async () => {
    const api = memoryApi(objects.slice(0, 1));
    assert.deepEqual(await attempt(api, rollback), { ledger: [], error: 'object-gone' });
  });
  test('a refusal of the dry run writes nothing', async () => {
    const api = memoryApi(objects, { dryRun: refusal('kubernetes-conflict', 'somebody else wrote') });
    assert.deepEqual(await attempt(api, rollback), { ledger: ['intended 100'], error: 'kubernetes-conflict' });
    assert.equal(api.writes.length, 0);
  });
  test('a client that is quicker than the write makes its preconditions fail', async () => {
    const before = ([web]: KubeObject[]): void => void ((web as KubeObject).metadata.resourceVersion = '777');
    const api = memoryApi(objects, { before });
    assert.deepEqual(await attempt(api, scale), { ledger: ['intended 100'], error: 'kubernetes-invalid' });
    assert.equal(api.writes.length, 0);
  });
  test('a ledger that cannot write stops the step before anything is written', async () => {
    const api = memoryApi(objects);
    const context = {
      ...{ api, namespace, retry: false, stamp: { execution: 'exe-1', step: 'do-1', trace: 't' } },
      redact: async (read: KubeObject[]) => read,
      intended: () => Promise.reject(refusal('ledger-unavailable', 'no database')),
      applied: () => Promise.resolve(),
    };
    await assert.rejects(runStep(scale, context), { code: 'ledger-unavailable' });
    assert.equal(api.writes.length, 0);
  });
});

describe('runStep after a lost answer', () => {
  for (const step of [rollback, scale, restart]) {
    test(`OK: a retry of ${step.action} recognises its own work and writes nothing more`, async () => {
      const api = memoryApi(objects, { lostAnswer: unreachable });
      assert.deepEqual(await attempt(api, step), { ledger: ['intended 100'], error: 'kubernetes-unreachable' });
      assert.deepEqual(await attempt(api, step, { retry: true }), { ledger: ['applied 101'], error: undefined });
      assert.deepEqual(await attempt(api, step, { retry: true }), { ledger: ['applied 101'], error: undefined });
      assert.equal(api.writes.length, 1);
    });
  }
  test('OK: a retry of a write that never arrived writes it', async () => {
    const api = memoryApi(objects);
    assert.deepEqual((await attempt(api, rollback, { retry: true })).ledger, ['intended 100', 'applied 101']);
    assert.equal(api.writes.length, 1);
  });

  test('a first try does not take an effect that it finds for its own', async () => {
    const api = memoryApi(objects);
    live(api)['spec'].replicas = 5;
    assert.deepEqual(await attempt(api, scale), { ledger: [], error: 'basis-changed' });
  });
  test("a retry does not take another execution's work for its own", async () => {
    const api = memoryApi(objects);
    await attempt(api, rollback, { execution: 'exe-0' });
    const retried = await attempt(api, rollback, { retry: true });
    assert.deepEqual(retried, { ledger: [], error: 'basis-changed' });
    assert.equal(api.writes.length, 1);
  });
  test('a retry finds that somebody changed the object since', async () => {
    const api = memoryApi(objects, { lostAnswer: unreachable });
    await attempt(api, rollback);
    live(api)['spec'].template = template('web', 'web:3');
    assert.equal((await attempt(api, rollback, { retry: true })).error, 'basis-changed');
  });
});
