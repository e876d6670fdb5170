import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '../../src/domain/kubernetes/object.ts';
import { namespace, pod, unschedulablePod } from '../../test/objects.ts';
import { findings, replayOf, web, webObjects } from '../../test/rehearsal/findings.ts';
import type { RbacRequest } from '../replay/recorded-api.ts';
import { admission, rbacSufficient } from './admission.ts';
import { availability, maxUnavailable } from './availability.ts';
import { basis } from './basis.ts';
import { changesOutside } from './outside.ts';
import { pdb } from './pdb.ts';
import { quota } from './quota.ts';
import { rbacMinimal } from './rbac-minimal.ts';
import { references } from './references.ts';
import { scheduled } from './scheduled.ts';
import { undo } from './undo.ts';

function changed(change: (deployment: any) => void): KubeObject[] {
  const objects = webObjects();
  change(objects[0]);
  return objects;
}

void test('basis. OK: as the plan has it; another one, and a step that found another one, fail', () => {
  const found = findings();
  assert.equal(basis(found).passed, true);
  const other = { uid: 'other', digest: found.plan.steps[0]?.basis.digest ?? '' };
  assert.deepEqual(basis({ ...found, bases: { ...found.bases, 'do-1': other } }).details.length, 1);
  const done = replayOf({ refusal: { check: 'basis', during: 'step do-1', words: 'changed' } });
  assert.deepEqual(basis({ ...found, done }).details, ['step do-1: changed']);
});

void test('admission and rbac-sufficient. OK: nothing refused; each refusal fails its own check', () => {
  const refusal = { check: 'rbac-sufficient', during: 'minting the identity', words: 'forbidden' } as const;
  const found = findings({ refusals: ['it is scaled by an autoscaler'], done: replayOf({ refusal }) });
  assert.deepEqual(admission(found).details, ['it is scaled by an autoscaler']);
  assert.deepEqual(rbacSufficient(found).details, ['minting the identity: forbidden']);
  assert.deepEqual([admission(findings()).passed, rbacSufficient(findings()).passed], [true, true]);
});

void test('rbac-minimal. OK: each right used; a right that nothing used fails, by name', () => {
  const get: RbacRequest = { verb: 'get', group: 'apps', resource: 'deployments', name: 'web' };
  const patch: RbacRequest = { verb: 'patch', group: 'apps', resource: 'deployments/scale', name: 'web' };
  assert.equal(rbacMinimal(findings({ done: replayOf({ requests: [get, patch] }) })).passed, true);
  const idle = rbacMinimal(findings({ done: replayOf({ requests: [get] }) }));
  assert.deepEqual(idle.details, ['do: patch deployments/scale.apps web']);
});

void test("scheduled. OK: every pod has a node; else the scheduler's words, numbered below the ReplicaSet", () => {
  assert.equal(scheduled(findings(), replayOf()).passed, true);
  const waiting = unschedulablePod('web-2', 'random');
  waiting['status'].conditions[0].message = '0/3 nodes are available';
  const failed = scheduled(findings(), replayOf({ objects: [...webObjects(), waiting] }));
  assert.deepEqual(failed.details, ['web-2/1: 0/3 nodes are available']);
  assert.match(failed.sentence, /^1 pod stays without a node/);
});

void test('scheduled: a rollout that did not come to an end fails', () => {
  assert.equal(scheduled(findings(), replayOf({ unsettled: [web] })).passed, false);
});

void test('references. OK: all there; a missing object, and a missing key, fail', () => {
  assert.equal(references(findings(), replayOf()).passed, true);
  const objects = changed((live) => {
    const [container] = live.spec.template.spec.containers;
    const secretKeyRef = { name: 'db', key: 'password' };
    container.env = [{ name: 'P', valueFrom: { secretKeyRef } }];
    container.envFrom = [{ configMapRef: { name: 'gone' } }, { configMapRef: { name: 'spare', optional: true } }];
  });
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'db', namespace }, data: { user: '' } };
  assert.deepEqual(references(findings(), replayOf({ objects: [...objects, secret] })).details, [
    'Deployment web needs ConfigMap gone, which is not there',
    'Deployment web needs Secret db, key password, which is not there',
  ]);
});

void test('quota. OK: no pod was refused; a refusal fails without the random name and the passing figure', () => {
  assert.equal(quota(findings(), replayOf()).passed, true);
  const event = {
    ...{ apiVersion: 'v1', kind: 'Event', metadata: { name: 'e', namespace }, reason: 'FailedCreate' },
    involvedObject: { kind: 'ReplicaSet', name: 'web-2' },
    message:
      'Error creating: pods "web-2-x7k" is forbidden: exceeded quota: q, requested: pods=1, used: pods=2, limited: pods=2',
  };
  assert.deepEqual(quota(findings(), replayOf({ events: [event] })).details, [
    'Deployment shop/web: Error creating: a pod is forbidden: exceeded quota: q, requested: pods=1, limited: pods=2',
  ]);
});

void test('availability. OK: kept; too few while it rolls, and too few at the end, fail', () => {
  const seen = (least: number, end: number) =>
    availability(findings(), replayOf({ availability: [{ workload: web, start: 2, least, end }] })).details;
  assert.deepEqual(seen(2, 2), []);
  assert.deepEqual(seen(1, 2), ['Deployment shop/web fell below 2 ready pods while it was rolled out']);
  assert.deepEqual(seen(2, 1), ['Deployment shop/web had 2 ready pods and ends with 1']);
});

void test('availability: what the strategy lets be unavailable', () => {
  const allowed = (replicas: number, strategy?: object) =>
    maxUnavailable({ ...webObjects()[0], spec: { replicas, strategy } } as KubeObject);
  const rolling = (rollingUpdate: object) => ({ type: 'RollingUpdate', rollingUpdate });
  assert.equal(allowed(3), 0);
  assert.equal(allowed(8), 2);
  assert.equal(allowed(3, { type: 'Recreate' }), 3);
  assert.equal(allowed(4, rolling({ maxUnavailable: 1, maxSurge: 0 })), 1);
  assert.equal(allowed(4, rolling({ maxUnavailable: 0, maxSurge: 0 })), 1);
});

void test('availability: a rollout that is stuck because nobody knows its readiness proves nothing at its end', () => {
  const stuck = changed((live) => (live.status.availableReplicas = 1));
  const behaviours = new Map([['uid-web-2', { kind: 'unknown', why: '' } as const]]);
  const replay = replayOf({ objects: stuck, availability: [{ workload: web, start: 2, least: 2, end: 1 }] });
  assert.equal(availability(findings({ behaviours }), replay).passed, true);
  assert.equal(availability(findings(), replay).passed, false);
});

void test('pdb. OK: kept; one that was kept and is not any more fails', () => {
  const budget = {
    ...{ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'web', namespace, uid: 'b' } },
    ...{ spec: { selector: { matchLabels: { app: 'web' } } }, status: { desiredHealthy: 2 } },
  };
  const labelled = (suffix: string) => pod('web-2', suffix, { metadata: { labels: { app: 'web' } } });
  const others = webObjects().filter((object) => object.kind !== 'Pod');
  const before = [...others, budget, labelled('a'), labelled('b')];
  const after = (pods: KubeObject[]) => pdb(findings({ before }), replayOf({ objects: [...others, budget, ...pods] }));
  assert.equal(after([labelled('a'), labelled('c')]).passed, true);
  assert.deepEqual(after([labelled('a')]).details, [
    'PodDisruptionBudget shop/web was kept before and is not kept after',
  ]);
});

void test('outside. OK: targets, what they own, status and a node for who waited do not count', () => {
  const waiting = { ...unschedulablePod('other-1', 'a') };
  const before = [...webObjects(), waiting];
  const after = [
    ...changed((live) => (live.spec.replicas = 5)),
    pod('web-2', 'new'),
    { ...waiting, spec: { nodeName: 'node-1' }, status: {} },
  ];
  assert.deepEqual(changesOutside(before, after, [web]), []);
});

void test('outside: what was changed, removed, preempted or made', () => {
  const map = (name: string, value: string) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace },
    data: { value },
  });
  const other = pod('other-1', 'a');
  const before = [map('a', '1'), map('b', '1'), other];
  const leaving = { ...other, metadata: { ...other.metadata, deletionTimestamp: '2026-11-20T09:00:00Z' } };
  assert.deepEqual(changesOutside(before, [map('a', '2'), leaving, pod('other-1', 'x7k')], [web]), [
    'ConfigMap shop/a was changed',
    'ConfigMap shop/b was removed',
    'Pod shop/other-1-a is being removed',
    'a Pod of ReplicaSet other-1 was made',
  ]);
});

void test('undo. OK: the bases recur; not restored, refused and not tried fail', () => {
  assert.equal(undo(findings({ done: replayOf(), undone: replayOf() })).passed, true);
  const left = replayOf({ objects: changed((live) => (live.spec.replicas = 3)) });
  assert.equal(undo(findings({ done: replayOf(), undone: left })).passed, false);
  const refusal = { check: 'admission', during: 'step undo-1', words: 'no' } as const;
  const refused = undo(findings({ done: replayOf(), undone: replayOf({ refusal }) }));
  assert.deepEqual(refused.details, ['step undo-1: no']);
  assert.equal(undo(findings()).passed, false);
});
