import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stillHolds } from '../../src/domain/rehearsal/still-holds.ts';
import { autoscaler } from '../../test/objects.ts';
import { findings, replayOf, webObjects } from '../../test/rehearsal/findings.ts';
import type { Findings } from './findings.ts';
import { predictions } from './predictions.ts';
import type { RbacRequest } from '../replay/recorded-api.ts';
import type { Replay } from '../replay/replay.ts';
import { reportOf } from './report.ts';
import { createTimeline } from '../replay/timeline.ts';
import { unknowns } from './unknowns.ts';

function graded(found: Findings, replay: Replay): Record<string, unknown> {
  return Object.fromEntries(
    predictions(found, replay).map(({ measurement, value, grade }) => [measurement, [value, grade]]),
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
  assert.deepEqual(without(graded(findings(), replayOf())), {
    replicas: [2, 'proved'],
    replicaSet: ['web-2', 'proved'],
    scheduled: [2, 'proved'],
    unschedulable: [0, 'proved'],
    ready: [2, 'modelled'],
  });
});

void test('readiness that cannot be inferred is unknown, and so is the progress of a rollout', () => {
  const found = findings({ behaviours: unknownReadiness });
  assert.deepEqual(graded(found, replayOf())['ready'], [null, 'unknown']);
  assert.deepEqual(graded(found, replayOf())['scheduled'], [2, 'proved']);
  const stuck = graded(found, replayOf({ objects: stuckObjects() }));
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
  const measurements = graded(findings({ behaviours }), replayOf({ objects: stuckObjects() }));
  assert.deepEqual(measurements['replicaSet'], ['web-2', 'modelled']);
});

void test('the name of a ReplicaSet that the plan creates is unknown; other measurements are proved', () => {
  const before = webObjects().filter(({ metadata }) => metadata.name !== 'web-2');
  const measurements = graded(findings({ before }), replayOf());
  assert.deepEqual(measurements['replicaSet'], [null, 'unknown']);
  assert.deepEqual(measurements['scheduled'], [2, 'proved']);
});

void test('measurements of a workload that had not settled at the horizon are unknown', () => {
  const [workload] = replayOf().availability;
  assert.ok(workload);
  const measurements = graded(findings(), replayOf({ unsettled: [workload.workload] }));
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
  const found = findings({ before: [...webObjects(), autoscaler('web')] }, step);
  const measurements = graded(found, replayOf());
  assert.deepEqual(
    [measurements['replicas'], measurements['ready']],
    [
      [null, 'unknown'],
      [null, 'unknown'],
    ],
  );
  assert.deepEqual(measurements['replicaSet'], ['web-2', 'proved']);
  assert.deepEqual(unknowns(found), [
    'it is unknown how HorizontalPodAutoscaler web-scaler will scale Deployment shop/web',
  ]);
});

void test('another minor version weakens proved to modelled; another patch version does not', () => {
  const patch = graded(findings({ kubernetes: 'v1.35.9' }), replayOf());
  assert.deepEqual(patch['scheduled'], [2, 'proved']);
  const minor = findings({ kubernetes: 'v1.34.4' });
  assert.deepEqual(graded(minor, replayOf())['scheduled'], [2, 'modelled']);
  assert.match(unknowns(minor).join(), /v1\.35\.4.*v1\.34\.4/);
});

void test('names what may revert the change: GitOps, a foreign owner, a foreign applier', () => {
  const before = webObjects();
  Object.assign(before[0]!.metadata, {
    labels: { 'kustomize.toolkit.fluxcd.io/name': 'shop' },
    annotations: { 'argocd.argoproj.io/tracking-id': 'x' },
    ownerReferences: [{ apiVersion: 'example.com/v1', kind: 'App', name: 'web', uid: 'u', controller: true }],
    managedFields: [
      { manager: 'helm', operation: 'Apply' },
      { manager: 'airlock', operation: 'Apply' },
    ],
  });
  assert.deepEqual(unknowns(findings({ before })), [
    'Deployment shop/web may be reverted: helm applies its fields',
    'Deployment shop/web may be reverted: it has the label or annotation argocd.argoproj.io/tracking-id',
    'Deployment shop/web may be reverted: it has the label or annotation kustomize.toolkit.fluxcd.io/name',
    'Deployment shop/web may be reverted: it is controlled by App web',
  ]);
});

void test('the existence of a Secret that no running pod uses is unknown', () => {
  const before = webObjects();
  const env = [{ name: 'P', valueFrom: { secretKeyRef: { name: 'db', key: 'password' } } }];
  before[0]!['spec'].template.spec.containers[0].env = env;
  const sentence =
    'Deployment shop/web: it is unknown whether Secret db, key password exists, because no running pod uses it';
  assert.deepEqual(unknowns(findings({ before })), [sentence]);
  const running = structuredClone(before);
  Object.assign(running[3]!['spec'], { containers: [{ name: 'web', env }] });
  running[3]!['status'].containerStatuses = [{ name: 'web', state: { running: {} } }];
  assert.deepEqual(unknowns(findings({ before: running })), []);
});

void test('two reports of the same findings are safe and agree', () => {
  const used = { group: 'apps', name: 'web' };
  const requests: RbacRequest[] = [
    { ...used, verb: 'get', resource: 'deployments' },
    { ...used, verb: 'patch', resource: 'deployments/scale' },
  ];
  const found = findings({ done: replayOf({ requests }), undone: replayOf({ requests }) });
  const [signed, fresh] = [reportOf(found, createTimeline()), reportOf(found, createTimeline())];
  assert.equal(signed.outcome, 'safe', signed.reason);
  assert.deepEqual(stillHolds(signed, fresh), []);
});
