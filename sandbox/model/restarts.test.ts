import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '../../src/domain/kubernetes/object.ts';
import type { WantedStep } from '../../src/actions/propose.ts';
import { deployment, replicaSet } from '../../test/objects.ts';
import { findings, scaled } from '../../test/rehearsal/findings.ts';
import { behaviourOf, type Behaviour, type Behaviours } from './behaviours.ts';
import { withRestarts } from './restarts.ts';

const ready = { kind: 'ready', seconds: 3, why: 'a test says so' } as const;
const crash = { kind: 'crash', why: 'a test says so' } as const;
const known: Behaviours = new Map<string, Behaviour>([
  ['uid-web-1', crash],
  ['uid-web-2', ready],
]);
const before = [deployment('web', { release: 2 }), replicaSet('web', 1, 0), replicaSet('web', 2, 2)];
const restart: WantedStep = { action: 'restart-workload', parameters: { deployment: 'web', at: 1_767_225_600 } };

function after(step: WantedStep, objects: KubeObject[] = before): Behaviours {
  return withRestarts(known, findings({ before: objects }, step).plan, objects);
}

/** The ReplicaSet that the controller will make. */
function made(time: string): KubeObject {
  const set = replicaSet('web', 2, 2);
  set.metadata.uid = 'not known before';
  set['spec'].template.metadata.annotations = { 'kubectl.kubernetes.io/restartedAt': time };
  return set;
}

void test('OK: pods that a restart makes do what pods of their template did', () => {
  assert.equal(behaviourOf(after(restart), made('2026-01-01T00:00:00Z')), ready);
});

void test('pods of another time, and of plans that restart nothing, were never seen', () => {
  assert.equal(behaviourOf(after(restart), made('2025-01-01T00:00:00Z')).kind, 'unknown');
  assert.equal(behaviourOf(after(scaled(2, 3)), made('2026-01-01T00:00:00Z')).kind, 'unknown');
  assert.deepEqual([...after(scaled(2, 3))], [...known]);
});

void test('a template of which there is no ReplicaSet was never seen', () => {
  const objects = [deployment('web', { release: 3 }), ...before.slice(1)];
  assert.deepEqual([...after(restart, objects)], [...known]);
});
