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

void test('ready pods: ready, after the shortest measured start', () => {
  const found = behaviour([readyAfter('a', 4), readyAfter('b', 3600)]);
  assert.deepEqual([found?.kind, found?.kind === 'ready' && found.seconds], ['ready', 4]);
});

void test('a pod in CrashLoopBackOff: crash', () => {
  assert.equal(behaviour([withContainer('a', looping)])?.kind, 'crash');
});

void test('a pod that runs between two crashes: crash; a pod that runs long after its last crash: ready', () => {
  const crashed = { restartCount: 4, lastState: { terminated: { exitCode: 1 } } };
  const running = (startedAt: string) => ({ ...crashed, state: { running: { startedAt } } });
  assert.equal(behaviour([withContainer('a', running('2026-11-20T08:59:30Z'))])?.kind, 'crash');
  const recovered = pod('web-1', 'a', { status: { containerStatuses: [running('2026-11-20T08:00:00Z')] } });
  recovered['status'].conditions = [{ type: 'Ready', status: 'True' }];
  assert.equal(behaviour([recovered])?.kind, 'ready');
});

void test('a pod in ImagePullBackOff: pull', () => {
  const waiting = { restartCount: 0, state: { waiting: { reason: 'ImagePullBackOff' } } };
  assert.equal(behaviour([withContainer('a', waiting)])?.kind, 'pull');
});

void test('pods with different behaviour, and pods without a symptom yet: unknown', () => {
  assert.equal(behaviour([readyAfter('a', 1), withContainer('b', looping)])?.kind, 'unknown');
  assert.equal(behaviour([withContainer('a', { restartCount: 0, state: { running: {} } })])?.kind, 'unknown');
});

void test('without pods, events about deleted pods decide', () => {
  const backOff = podEvent('BackOff', 'Back-off restarting failed container web in pod web-1-gone');
  assert.equal(behaviour([], [backOff])?.kind, 'crash');
  const pull = podEvent('Failed', 'Failed to pull image "web:1": not found');
  assert.equal(behaviour([], [pull])?.kind, 'pull');
});

void test('without pods and events: ready only if its Deployment reports that it was fully available', () => {
  const deploymentReporting = (name: string): KubeObject => {
    const message = `ReplicaSet "${name}" has successfully progressed.`;
    const conditions = [{ type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable', message }];
    return { ...deployment('web'), status: { conditions } };
  };
  assert.equal(behaviour([deploymentReporting('web-1')])?.kind, 'ready');
  assert.equal(behaviour([deploymentReporting('web-2')])?.kind, 'unknown');
});

void test('the name of the image does not influence the behaviour', () => {
  const other = structuredClone(set);
  other['spec'].template.spec.containers[0].image = 'crash:always';
  const objects = [other, readyAfter('a', 1)];
  assert.equal(inferBehaviours({ objects, events: [], takenAt }).get(set.metadata.uid ?? '')?.kind, 'ready');
});
