import assert from 'node:assert/strict';
import { test } from 'node:test';
import { autoscaler } from '../../test/objects.ts';
import { checkInput, sandboxRun, webObjects } from '../../test/rehearsal/check-input.ts';
import type { CheckInput } from './check-input.ts';
import { predictions } from './predictions.ts';
import type { RbacRequest } from '../run/recorded-api.ts';
import type { SandboxRun } from '../run/run-plan.ts';
import { reportOf } from './report.ts';
import { createTimeline } from '../run/timeline.ts';
import { unknowns } from './unknowns.ts';

function graded(found: CheckInput, run: SandboxRun): Record<string, unknown> {
  return Object.fromEntries(
    predictions(found, run).map(({ measurement, value, grade }) => [measurement, [value, grade]]),
  );
}

function without(measurements: Record<string, unknown>): Record<string, unknown> {
  const { template: _template, ...others } = measurements;
  return others;
}

const unknownReadiness = new Map([['uid-web-2', { kind: 'unknown', why: 'never observed' } as const]]);

function stuckObjects() {
  const objects = webObjects();
  objects[0]!['status'].updatedReplicas = 1;
  return objects;
}

void test('effects of controllers are proved, readiness is modelled', () => {
  assert.deepEqual(without(graded(checkInput(), sandboxRun())), {
    replicas: [2, 'proved'],
    replicaSet: ['web-2', 'proved'],
    scheduled: [2, 'proved'],
    unschedulable: [0, 'proved'],
    ready: [2, 'modelled'],
  });
});

void test('readiness that cannot be inferred is unknown, and so is the progress of a rollout', () => {
  const found = checkInput({ behaviours: unknownReadiness });
  assert.deepEqual(graded(found, sandboxRun())['ready'], [null, 'unknown']);
  assert.deepEqual(graded(found, sandboxRun())['scheduled'], [2, 'proved']);
  const stuck = graded(found, sandboxRun({ objects: stuckObjects() }));
  assert.deepEqual(
    [stuck['replicaSet'], stuck['scheduled']],
    [
      [null, 'unknown'],
      [null, 'unknown'],
    ],
  );
});

void test('a rollout that crashing pods stop is modelled', () => {
  const behaviours = new Map([['uid-web-2', { kind: 'crash', why: 'its pods crash' } as const]]);
  const measurements = graded(checkInput({ behaviours }), sandboxRun({ objects: stuckObjects() }));
  assert.deepEqual(measurements['replicaSet'], ['web-2', 'modelled']);
});

void test('the name of a ReplicaSet that the plan creates is unknown; other measurements are proved', () => {
  const before = webObjects().filter(({ metadata }) => metadata.name !== 'web-2');
  const measurements = graded(checkInput({ before }), sandboxRun());
  assert.deepEqual(measurements['replicaSet'], [null, 'unknown']);
  assert.deepEqual(measurements['scheduled'], [2, 'proved']);
});

void test('measurements of a workload that had not settled at the horizon are unknown', () => {
  const [workload] = sandboxRun().readyPods;
  assert.ok(workload);
  const measurements = graded(checkInput(), sandboxRun({ unsettled: [workload.workload] }));
  assert.deepEqual(
    [measurements['replicas'], measurements['scheduled']],
    [
      [2, 'proved'],
      [null, 'unknown'],
    ],
  );
});

void test('the number of pods under an autoscaler is unknown, and the report says so', () => {
  const step = {
    action: 'undo-rollout',
    parameters: { deployment: 'web', fromReplicaSet: 'web-2', toReplicaSet: 'web-1' },
  } as const;
  const found = checkInput({ before: [...webObjects(), autoscaler('web')] }, step);
  const measurements = graded(found, sandboxRun());
  assert.deepEqual(
    [measurements['replicas'], measurements['ready']],
    [
      [null, 'unknown'],
      [null, 'unknown'],
    ],
  );
  assert.deepEqual(measurements['replicaSet'], ['web-2', 'proved']);
});

void test('another minor version weakens proved to modelled; another patch version does not', () => {
  const patch = graded(checkInput({ sandboxVersion: 'v1.35.9' }), sandboxRun());
  assert.deepEqual(patch['scheduled'], [2, 'proved']);
  const minor = checkInput({ sandboxVersion: 'v1.34.4' });
  assert.deepEqual(graded(minor, sandboxRun())['scheduled'], [2, 'modelled']);
  assert.match(unknowns(minor).join(), /v1\.35\.4.*v1\.34\.4/);
});

void test('two reports of the same input are safe and agree', () => {
  const used = { group: 'apps', name: 'web' };
  const requests: RbacRequest[] = [
    { ...used, verb: 'get', resource: 'deployments' },
    { ...used, verb: 'patch', resource: 'deployments/scale' },
  ];
  const found = checkInput({ planRun: sandboxRun({ requests }), undoRun: sandboxRun({ requests }) });
  const [signed, fresh] = [reportOf(found, createTimeline()), reportOf(found, createTimeline())];
  assert.equal(signed.outcome, 'safe', signed.reason);
  assert.deepEqual(signed, { ...fresh, record: signed.record });
});
