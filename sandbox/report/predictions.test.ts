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
  return Object.fromEntries(predictions(found, replay).map(({ fact, value, grade }) => [fact, [value, grade]]));
}

function without(facts: Record<string, unknown>): Record<string, unknown> {
  const { template: _template, ...others } = facts;
  return others;
}

const unknownReadiness = new Map([['uid-web-2', { kind: 'unknown', why: 'never seen' } as const]]);

function stuckObjects() {
  const objects = webObjects();
  objects[0]!['status'].updatedReplicas = 1;
  return objects;
}

void test('OK: what controllers did is proved, readiness is modelled', () => {
  assert.deepEqual(without(graded(findings(), replayOf())), {
    replicas: [2, 'proved'],
    replicaSet: ['web-2', 'proved'],
    scheduled: [2, 'proved'],
    unschedulable: [0, 'proved'],
    ready: [2, 'modelled'],
  });
});

void test('readiness that cannot be inferred: unknown, and so is how far a rollout gets', () => {
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

void test('a rollout that crashing pods stop: modelled', () => {
  const behaviours = new Map([['uid-web-2', { kind: 'crash', why: 'its pods crash' } as const]]);
  const facts = graded(findings({ behaviours }), replayOf({ objects: stuckObjects() }));
  assert.deepEqual(facts['replicaSet'], ['web-2', 'modelled']);
});

void test('the name of a ReplicaSet that the plan itself makes: unknown, the rest as ever', () => {
  const before = webObjects().filter(({ metadata }) => metadata.name !== 'web-2');
  const facts = graded(findings({ before }), replayOf());
  assert.deepEqual(facts['replicaSet'], [null, 'unknown']);
  assert.deepEqual(facts['scheduled'], [2, 'proved']);
});

void test('a workload that had not settled at the horizon: unknown', () => {
  const [workload] = replayOf().availability;
  assert.ok(workload);
  const facts = graded(findings(), replayOf({ unsettled: [workload.workload] }));
  assert.deepEqual(
    [facts['replicas'], facts['scheduled']],
    [
      [2, 'proved'],
      [null, 'unknown'],
    ],
  );
});

void test('an autoscaler decides the number of pods: unknown, and said so', () => {
  const step = {
    action: 'undo-rollout',
    parameters: { deployment: 'web', fromReplicaSet: 'web-2', toReplicaSet: 'web-1' },
  } as const;
  const found = findings({ before: [...webObjects(), autoscaler('web')] }, step);
  const facts = graded(found, replayOf());
  assert.deepEqual(
    [facts['replicas'], facts['ready']],
    [
      [null, 'unknown'],
      [null, 'unknown'],
    ],
  );
  assert.deepEqual(facts['replicaSet'], ['web-2', 'proved']);
  assert.deepEqual(unknowns(found), [
    'how HorizontalPodAutoscaler web-scaler will scale Deployment shop/web by its metrics',
  ]);
});

void test('another minor version proves nothing; another patch version does', () => {
  const patch = graded(findings({ kubernetes: 'v1.35.9' }), replayOf());
  assert.deepEqual(patch['scheduled'], [2, 'proved']);
  const minor = findings({ kubernetes: 'v1.34.4' });
  assert.deepEqual(graded(minor, replayOf())['scheduled'], [2, 'modelled']);
  assert.match(unknowns(minor).join(), /v1\.35\.4.*v1\.34\.4/);
});

void test('who may revert the change is said: GitOps, a foreign owner, a foreign applier', () => {
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
    'Deployment shop/web may be reverted: it belongs to App web',
    'Deployment shop/web may be reverted: it carries argocd.argoproj.io/tracking-id',
    'Deployment shop/web may be reverted: it carries kustomize.toolkit.fluxcd.io/name',
  ]);
});

void test('a Secret that no running pod uses: whether it exists is unknown', () => {
  const before = webObjects();
  const env = [{ name: 'P', valueFrom: { secretKeyRef: { name: 'db', key: 'password' } } }];
  before[0]!['spec'].template.spec.containers[0].env = env;
  const sentence = 'Deployment shop/web: whether Secret db, key password exists, which no running pod uses';
  assert.deepEqual(unknowns(findings({ before })), [sentence]);
  const running = structuredClone(before);
  Object.assign(running[3]!['spec'], { containers: [{ name: 'web', env }] });
  running[3]!['status'].containerStatuses = [{ name: 'web', state: { running: {} } }];
  assert.deepEqual(unknowns(findings({ before: running })), []);
});

void test('a report made twice of the same findings is safe and still holds', () => {
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
