import assert from 'node:assert/strict';
import { test } from 'node:test';
import { objectKey } from '../domain/execution/object-key.ts';
import type { Plan, Step } from '../domain/plan/plan.ts';
import { objectsOf } from './objects-of.ts';

const precondition = { uid: 'u', digest: `sha256:${'1'.repeat(64)}` } as const;
const step = (id: string, action: Step['action'], parameters: Step['parameters']): Step => {
  return { id, action, parameters, precondition };
};
const rollout = { deployment: 'web', fromReplicaSet: 'web-2', toReplicaSet: 'web-1' };
const plan: Plan = {
  version: 'airlock-plan/1',
  cluster: 'east',
  namespace: 'shop',
  playbook: { name: 'p', digest: `sha256:${'1'.repeat(64)}` },
  action: 'undo-rollout',
  steps: [step('do-1', 'undo-rollout', rollout), step('do-2', 'undo-rollout', { ...rollout, deployment: 'db' })],
  undo: [step('undo-1', 'undo-rollout', { ...rollout, fromReplicaSet: 'web-1', toReplicaSet: 'web-2' })],
  success: [],
  summary: 's',
};

function keysOf(changed: Plan, direction: 'do' | 'undo'): string[] {
  return objectsOf(changed, direction).map(objectKey);
}

test('the objects of a direction are those that its steps read or change, once each, sorted', () => {
  assert.deepEqual(keysOf(plan, 'do'), [
    'east/apps/Deployment/shop/db',
    'east/apps/Deployment/shop/web',
    'east/apps/ReplicaSet/shop/web-1',
  ]);
  assert.deepEqual(keysOf(plan, 'undo'), ['east/apps/Deployment/shop/web', 'east/apps/ReplicaSet/shop/web-2']);
});

test('a node has no namespace, and a step with invalid parameters has no object', () => {
  const { namespace: _, ...nodes } = plan;
  const cordon = [step('do-1', 'cordon-node', { node: 'node-1' }), step('do-2', 'cordon-node', { node: 7 })];
  assert.deepEqual(keysOf({ ...nodes, steps: cordon }, 'do'), ['east//Node//node-1']);
});
