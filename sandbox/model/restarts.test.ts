import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '../../src/domain/kubernetes/object.ts';
import type { StepDraft } from '../../src/actions/propose.ts';
import { deployment, replicaSet } from '../../test/objects.ts';
import { checkInput, scaled } from '../../test/rehearsal/check-input.ts';
import { behaviourOf, type Behaviour, type Behaviours } from './behaviours.ts';
import { withRestarts } from './restarts.ts';

const ready = { kind: 'ready', seconds: 3, why: 'a test says so' } as const;
const crash = { kind: 'crash', why: 'a test says so' } as const;
const known: Behaviours = new Map<string, Behaviour>([
  ['uid-web-1', crash],
  ['uid-web-2', ready],
]);
const before = [deployment('web', { release: 2 }), replicaSet('web', 1, 0), replicaSet('web', 2, 2)];
const restart: StepDraft = { action: 'restart-workload', parameters: { deployment: 'web', at: 1_767_225_600 } };

function after(step: StepDraft, objects: KubeObject[] = before): Behaviours {
  return withRestarts(known, checkInput({ before: objects }, step).plan, objects);
}

/** The ReplicaSet that the Deployment controller creates for a restart. */
function restartedSet(time: string): KubeObject {
  const set = replicaSet('web', 2, 2);
  set.metadata.uid = 'not known before';
  set['spec'].template.metadata.annotations = { 'kubectl.kubernetes.io/restartedAt': time };
  return set;
}

void test('pods that a restart creates behave as the pods of their template', () => {
  assert.equal(behaviourOf(after(restart), restartedSet('2026-01-01T00:00:00Z')), ready);
});

void test('pods of another restart, and of plans without a restart, have no known behaviour', () => {
  assert.equal(behaviourOf(after(restart), restartedSet('2025-01-01T00:00:00Z')).kind, 'unknown');
  assert.equal(behaviourOf(after(scaled(2, 3)), restartedSet('2026-01-01T00:00:00Z')).kind, 'unknown');
  assert.deepEqual([...after(scaled(2, 3))], [...known]);
});

void test('a template without a ReplicaSet has no known behaviour', () => {
  const objects = [deployment('web', { release: 3 }), ...before.slice(1)];
  assert.deepEqual([...after(restart, objects)], [...known]);
});
