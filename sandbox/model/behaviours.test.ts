import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '../../src/domain/kubernetes/object.ts';
import { deployment, pod, replicaSet } from '../../test/objects.ts';
import { inferBehaviours, type Behaviour } from './behaviours.ts';

const takenAt = '2026-11-20T09:00:00Z';
const set = replicaSet('web', 1, 2);

function behaviour(objects: KubeObject[], events: KubeObject[] = []): Behaviour | undefined {
  return inferBehaviours({ objects: [set, ...objects], events, takenAt }).get(set.metadata.uid ?? '');
}

function readyAfter(suffix: string, seconds: number): KubeObject {
  const at = (second: number) => new Date(Date.parse('2026-11-20T08:00:00Z') + second * 1000).toISOString();
  const conditions = [
    { type: 'PodScheduled', status: 'True', lastTransitionTime: at(0) },
    { type: 'Ready', status: 'True', lastTransitionTime: at(seconds) },
  ];
  return pod('web-1', suffix, { status: { conditions } });
}

function withContainer(suffix: string, status: object): KubeObject {
  const conditions = [{ type: 'Ready', status: 'False' }];
  return pod('web-1', suffix, { status: { conditions, containerStatuses: [{ name: 'web', ...status }] } });
}

function podEvent(reason: string, message: string): KubeObject {
  const involvedObject = { kind: 'Pod', namespace: 'shop', name: 'web-1-gone' };
  return { apiVersion: 'v1', kind: 'Event', metadata: { name: 'e' }, involvedObject, reason, message };
}

const looping = { restartCount: 3, state: { waiting: { reason: 'CrashLoopBackOff' } } };

void test('OK: pods that are ready: ready, after the shortest start that was measured', () => {
  const found = behaviour([readyAfter('a', 4), readyAfter('b', 3600)]);
  assert.deepEqual([found?.kind, found?.kind === 'ready' && found.seconds], ['ready', 4]);
});

void test('a pod that waits to be started again: crash', () => {
  assert.equal(behaviour([withContainer('a', looping)])?.kind, 'crash');
});

void test('a pod that runs between two crashes: crash; long after its last one: ready', () => {
  const crashed = { restartCount: 4, lastState: { terminated: { exitCode: 1 } } };
  const running = (startedAt: string) => ({ ...crashed, state: { running: { startedAt } } });
  assert.equal(behaviour([withContainer('a', running('2026-11-20T08:59:30Z'))])?.kind, 'crash');
  const recovered = pod('web-1', 'a', { status: { containerStatuses: [running('2026-11-20T08:00:00Z')] } });
  recovered['status'].conditions = [{ type: 'Ready', status: 'True' }];
  assert.equal(behaviour([recovered])?.kind, 'ready');
});

void test('an image that cannot be pulled: pull', () => {
  const waiting = { restartCount: 0, state: { waiting: { reason: 'ImagePullBackOff' } } };
  assert.equal(behaviour([withContainer('a', waiting)])?.kind, 'pull');
});

void test('pods that disagree, and pods that say nothing yet: unknown', () => {
  assert.equal(behaviour([readyAfter('a', 1), withContainer('b', looping)])?.kind, 'unknown');
  assert.equal(behaviour([withContainer('a', { restartCount: 0, state: { running: {} } })])?.kind, 'unknown');
});

void test('no pods: what events say of those that are gone', () => {
  const backOff = podEvent('BackOff', 'Back-off restarting failed container web in pod web-1-gone');
  assert.equal(behaviour([], [backOff])?.kind, 'crash');
  const pull = podEvent('Failed', 'Failed to pull image "web:1": not found');
  assert.equal(behaviour([], [pull])?.kind, 'pull');
});

void test('no pods and no events: ready only where its Deployment says that it was fully available', () => {
  const said = (name: string): KubeObject => {
    const message = `ReplicaSet "${name}" has successfully progressed.`;
    const conditions = [{ type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable', message }];
    return { ...deployment('web'), status: { conditions } };
  };
  assert.equal(behaviour([said('web-1')])?.kind, 'ready');
  assert.equal(behaviour([said('web-2')])?.kind, 'unknown');
});

void test('the name of the image tells nothing', () => {
  const other = structuredClone(set);
  other['spec'].template.spec.containers[0].image = 'crash:always';
  const objects = [other, readyAfter('a', 1)];
  assert.equal(inferBehaviours({ objects, events: [], takenAt }).get(set.metadata.uid ?? '')?.kind, 'ready');
});
