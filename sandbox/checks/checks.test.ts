import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '../../src/domain/kubernetes/object.ts';
import { namespace, pod, unschedulablePod } from '../../test/objects.ts';
import { checkInput, sandboxRun, web, webObjects } from '../../test/rehearsal/check-input.ts';
import type { RbacRequest } from '../run/recorded-api.ts';
import { checkAdmission, checkRbacSufficient } from './admission.ts';
import { checkAvailability, maxUnavailable } from './availability.ts';
import { checkPrecondition } from './precondition.ts';
import { changesOutsidePlan } from './side-effects.ts';
import { checkPdb } from './pdb.ts';
import { checkQuota } from './quota.ts';
import { checkRbacMinimal } from './rbac-minimal.ts';
import { checkReferences } from './references.ts';
import { checkScheduled } from './scheduled.ts';
import { checkUndo } from './undo.ts';

function changed(change: (deployment: any) => void): KubeObject[] {
  const objects = webObjects();
  change(objects[0]);
  return objects;
}

void test('precondition: equal ones pass; a different one, and a step that finds a different one, fail', () => {
  const found = checkInput();
  assert.equal(checkPrecondition(found).passed, true);
  const other = { uid: 'other', digest: found.plan.steps[0]?.precondition.digest ?? '' };
  assert.deepEqual(
    checkPrecondition({ ...found, preconditions: { ...found.preconditions, 'do-1': other } }).details.length,
    1,
  );
  const planRun = sandboxRun({ refusal: { check: 'precondition', during: 'step do-1', message: 'changed' } });
  assert.deepEqual(checkPrecondition({ ...found, planRun }).details, ['step do-1: changed']);
});

void test('admission and rbac-sufficient: no refusal passes; each refusal fails its own check', () => {
  const refusal = { check: 'rbac-sufficient', during: 'minting the identity', message: 'forbidden' } as const;
  const found = checkInput({ actionRefusals: ['it is scaled by an autoscaler'], planRun: sandboxRun({ refusal }) });
  assert.deepEqual(checkAdmission(found).details, ['it is scaled by an autoscaler']);
  assert.deepEqual(checkRbacSufficient(found).details, ['minting the identity: forbidden']);
  assert.deepEqual([checkAdmission(checkInput()).passed, checkRbacSufficient(checkInput()).passed], [true, true]);
});

void test('rbac-minimal: used permissions pass; an unused permission fails and is named', () => {
  const get: RbacRequest = { verb: 'get', group: 'apps', resource: 'deployments', name: 'web' };
  const patch: RbacRequest = { verb: 'patch', group: 'apps', resource: 'deployments/scale', name: 'web' };
  assert.equal(checkRbacMinimal(checkInput({ planRun: sandboxRun({ requests: [get, patch] }) })).passed, true);
  const idle = checkRbacMinimal(checkInput({ planRun: sandboxRun({ requests: [get] }) }));
  assert.deepEqual(idle.details, ['do: patch deployments/scale.apps web']);
});

void test("scheduled: pods with nodes pass; a pending pod fails with the scheduler's message, numbered within its ReplicaSet", () => {
  assert.equal(checkScheduled(checkInput(), sandboxRun()).passed, true);
  const waiting = unschedulablePod('web-2', 'random');
  waiting['status'].conditions[0].message = '0/3 nodes are available';
  const failed = checkScheduled(checkInput(), sandboxRun({ objects: [...webObjects(), waiting] }));
  assert.deepEqual(failed.details, ['web-2/1: 0/3 nodes are available']);
  assert.match(failed.sentence, /^1 pod was not scheduled$/);
});

void test('scheduled: a rollout that did not finish fails', () => {
  assert.equal(checkScheduled(checkInput(), sandboxRun({ unsettled: [web] })).passed, false);
});

void test('references: existing objects pass; a missing object and a missing key fail', () => {
  assert.equal(checkReferences(checkInput(), sandboxRun()).passed, true);
  const objects = changed((live) => {
    const [container] = live.spec.template.spec.containers;
    const secretKeyRef = { name: 'db', key: 'password' };
    container.env = [{ name: 'P', valueFrom: { secretKeyRef } }];
    container.envFrom = [{ configMapRef: { name: 'gone' } }, { configMapRef: { name: 'spare', optional: true } }];
  });
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'db', namespace }, data: { user: '' } };
  assert.deepEqual(checkReferences(checkInput(), sandboxRun({ objects: [...objects, secret] })).details, [
    'missing: ConfigMap gone (needed by Deployment web)',
    'missing: Secret db, key password (needed by Deployment web)',
  ]);
});

void test('quota: no refused pod passes; a refusal fails, without the random name and the current usage', () => {
  assert.equal(checkQuota(checkInput(), sandboxRun()).passed, true);
  const event = {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: 'e', namespace },
    reason: 'FailedCreate',
    involvedObject: { kind: 'ReplicaSet', name: 'web-2' },
    message:
      'Error creating: pods "web-2-x7k" is forbidden: exceeded quota: q, requested: pods=1, used: pods=2, limited: pods=2',
  };
  assert.deepEqual(checkQuota(checkInput(), sandboxRun({ events: [event] })).details, [
    'Deployment shop/web: Error creating: a pod is forbidden: exceeded quota: q, requested: pods=1, limited: pods=2',
  ]);
});

void test('availability: enough ready pods pass; too few during the rollout, and too few at the end, fail', () => {
  const failures = (lowest: number, end: number) =>
    checkAvailability(checkInput(), sandboxRun({ readyPods: [{ workload: web, start: 2, lowest, end }] })).details;
  assert.deepEqual(failures(2, 2), []);
  assert.deepEqual(failures(1, 2), ['Deployment shop/web fell below 2 ready pods during the plan']);
  assert.deepEqual(failures(2, 1), [
    'Deployment shop/web needs 2 ready pods after the plan and has 1 (before the plan: 2)',
  ]);
});

void test('availability: the number of pods that the strategy allows to be unavailable', () => {
  const allowed = (replicas: number, strategy?: object) =>
    maxUnavailable({ ...webObjects()[0], spec: { replicas, strategy } } as KubeObject);
  const rolling = (rollingUpdate: object) => ({ type: 'RollingUpdate', rollingUpdate });
  assert.equal(allowed(3), 0);
  assert.equal(allowed(8), 2);
  assert.equal(allowed(3, { type: 'Recreate' }), 3);
  assert.equal(allowed(4, rolling({ maxUnavailable: 1, maxSurge: 0 })), 1);
  assert.equal(allowed(4, rolling({ maxUnavailable: 0, maxSurge: 0 })), 1);
});

void test('availability: an incomplete rollout with unknown readiness does not fail', () => {
  const stuck = changed((live) => (live.status.availableReplicas = 1));
  const behaviours = new Map([['uid-web-2', { kind: 'unknown', why: '' } as const]]);
  const run = sandboxRun({ objects: stuck, readyPods: [{ workload: web, start: 2, lowest: 2, end: 1 }] });
  assert.equal(checkAvailability(checkInput({ behaviours }), run).passed, true);
  assert.equal(checkAvailability(checkInput(), run).passed, false);
});

void test('pdb: a budget that stays met passes; a budget that becomes violated fails', () => {
  const budget = {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'web', namespace, uid: 'b' },
    spec: { selector: { matchLabels: { app: 'web' } } },
    status: { desiredHealthy: 2 },
  };
  const labelled = (suffix: string) => pod('web-2', suffix, { metadata: { labels: { app: 'web' } } });
  const others = webObjects().filter((object) => object.kind !== 'Pod');
  const before = [...others, budget, labelled('a'), labelled('b')];
  const after = (pods: KubeObject[]) =>
    checkPdb(checkInput({ before }), sandboxRun({ objects: [...others, budget, ...pods] }));
  assert.equal(after([labelled('a'), labelled('c')]).passed, true);
  assert.deepEqual(after([labelled('a')]).details, [
    'PodDisruptionBudget shop/web was satisfied before the plan and is violated after the plan',
  ]);
});

void test('side-effects: targets, objects that they own, status and the scheduling of a pending pod do not count', () => {
  const waiting = { ...unschedulablePod('other-1', 'a') };
  const before = [...webObjects(), waiting];
  const after = [
    ...changed((live) => (live.spec.replicas = 5)),
    pod('web-2', 'new'),
    { ...waiting, spec: { nodeName: 'node-1' }, status: {} },
  ];
  assert.deepEqual(changesOutsidePlan(before, after, [web]), []);
});

void test('side-effects: reports objects that were changed, removed, preempted or created', () => {
  const map = (name: string, value: string) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace },
    data: { value },
  });
  const other = pod('other-1', 'a');
  const before = [map('a', '1'), map('b', '1'), other];
  const leaving = { ...other, metadata: { ...other.metadata, deletionTimestamp: '2026-11-20T09:00:00Z' } };
  assert.deepEqual(changesOutsidePlan(before, [map('a', '2'), leaving, pod('other-1', 'x7k')], [web]), [
    'ConfigMap shop/a was changed',
    'ConfigMap shop/b was removed',
    'Pod shop/other-1-a is being removed',
    'a Pod of ReplicaSet other-1 was created',
  ]);
});

void test('undo: restored preconditions pass; not restored, refused and not run fail', () => {
  assert.equal(checkUndo(checkInput({ planRun: sandboxRun(), undoRun: sandboxRun() })).passed, true);
  const left = sandboxRun({ objects: changed((live) => (live.spec.replicas = 3)) });
  assert.equal(checkUndo(checkInput({ planRun: sandboxRun(), undoRun: left })).passed, false);
  const refusal = { check: 'admission', during: 'step undo-1', message: 'no' } as const;
  const refused = checkUndo(checkInput({ planRun: sandboxRun(), undoRun: sandboxRun({ refusal }) }));
  assert.deepEqual(refused.details, ['step undo-1: no']);
  assert.equal(checkUndo(checkInput()).passed, false);
});
