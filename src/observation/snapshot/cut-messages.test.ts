import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '../../domain/kubernetes/object.ts';
import { cutMessages } from './cut-messages.ts';

const object = (kind: string, rest: object): KubeObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name: 'checkout-v2', namespace: 'shop', labels: { app: 'checkout-v2' } },
  ...rest,
});

const spec = {
  initContainers: [{ name: 'init', env: [{ name: 'INIT_SEED', value: 'init-seed-1' }] }],
  containers: [
    {
      name: 'web',
      image: 'registry.example/web:1.2.3',
      command: ['/app', '--db-password', 'fromCommand', '--listen=0.0.0.0:8080'],
      args: ['--url=postgres://app:p%40ss1@db/shop', '--session-secret=fromArgument'],
      env: [
        { name: 'DB_PASSWORD', value: 'tiny' },
        { name: 'DATABASE_URL', value: 'postgres://app:fromUrl@db/shop' },
        { name: 'SEED', value: 'neutral-seed-1' },
        { name: 'DB_HOST', value: 'postgres' },
        { name: 'DB_ADDRESS', value: 'postgres:5432' },
        { name: 'SHORT', value: 'a-b-c' },
        { name: 'PEER', value: 'checkout-v2' },
        { name: 'ADMIN_PASSWORD', value: 'checkout' },
        { name: 'TLS', value: 'true' },
        { name: 'PWD', value: '/app/data' },
        { name: 'my hunter22 name', value: 'hunter22' },
      ],
      readinessProbe: { httpGet: { httpHeaders: [{ name: 'X-Probe', value: 'fromHeader1' }] } },
    },
  ],
  ephemeralContainers: [{ name: 'debug', env: [{ name: 'DEBUG_TOKEN', value: 'debugToken' }] }],
};

/** Returns the message after a pod with the containers above has ended with it. */
function ended(message: string): string {
  const status = { containerStatuses: [{ lastState: { terminated: { reason: 'Error', message } } }] };
  const pod = object('Pod', { spec, status });
  cutMessages([pod]);
  return pod['status'].containerStatuses[0].lastState.terminated.message;
}

test('removes the literals of all containers, and names each', () => {
  const cases: Record<string, string> = {
    tiny: 'value of env DB_PASSWORD',
    fromUrl: 'value of env DATABASE_URL',
    'postgres://app:fromUrl@db/shop': 'value of env DATABASE_URL',
    'neutral-seed-1': 'value of env SEED',
    'init-seed-1': 'value of env INIT_SEED',
    debugToken: 'value of env DEBUG_TOKEN',
    fromHeader1: 'value of header X-Probe',
    fromCommand: 'value of argument',
    fromArgument: 'value of argument',
    'p%40ss1': 'value of argument',
    'p@ss1': 'value of argument',
    hunter22: 'value of env',
  };
  for (const [value, what] of Object.entries(cases)) {
    assert.equal(ended(`got ${value}: connection refused`), `got [removed: ${what}]: connection refused`);
  }
});

test('keeps words, short values, options, and values that the object shows itself', () => {
  for (const text of [
    'connection refused to postgres:5432',
    'a-b-c: not found, TLS is true, in /app/data',
    'Back-off restarting failed container web in pod checkout-v2-7c9d8b6f5-x2x4k',
    'Scaled up replica set checkout-v2-7c9d8b6f5 from 0 to 1',
    'listen 0.0.0.0:8080: address already in use',
    'exec: "/app": permission denied in registry.example/web:1.2.3',
  ]) {
    assert.equal(ended(text), text);
  }
});

test('removes the literals of the template from events, conditions and waiting reasons of the same namespace', () => {
  const deployment = object('Deployment', {
    spec: { template: { spec } },
    status: { conditions: [{ type: 'ReplicaFailure', message: 'env neutral-seed-1 is denied' }] },
  });
  const event = object('Event', { message: 'probe said neutral-seed-1', note: 'neutral-seed-1', reason: 'Unhealthy' });
  const waiting = { waiting: { reason: 'CreateContainerConfigError', message: 'bad neutral-seed-1' } };
  const pod = object('Pod', { status: { message: 'neutral-seed-1', containerStatuses: [{ state: waiting }] } });
  const other = object('Event', { message: 'neutral-seed-1' });
  other.metadata.namespace = 'other';
  cutMessages([deployment, event, pod, other]);
  const mark = '[removed: value of env SEED]';
  assert.equal(deployment['status'].conditions[0].message, `env ${mark} is denied`);
  assert.deepEqual([event['message'], event['note'], event['reason']], [`probe said ${mark}`, mark, 'Unhealthy']);
  assert.equal(pod['status'].message, mark);
  assert.equal(pod['status'].containerStatuses[0].state.waiting.message, `bad ${mark}`);
  assert.equal(other['message'], 'neutral-seed-1'); // a mark would show that two namespaces share a value
});

test('changes only messages, and shortens them after the search', () => {
  const long = `${'x'.repeat(4_090)} password=hunter2`;
  assert.equal(ended(long), `${'x'.repeat(4_090)} passw`);
  assert.equal(ended(`${'x'.repeat(4_086)} hunter22`), `${'x'.repeat(4_086)} [removed:`);
  const pod = object('Pod', {
    spec,
    status: { podIP: '10.0.0.1', conditions: [{ type: 'Ready', reason: 'OOMKilled' }] },
  });
  const before = structuredClone(pod);
  cutMessages([pod]);
  assert.deepEqual(pod, before);
});

/** A text of letters and digits that differs for each number. */
const distinctText = (number: number): string =>
  Buffer.from(String(number * 7_919))
    .toString('base64url')
    .padEnd(20, 'x');

test('many workloads with many values, and many long messages, delay little', () => {
  const deployments = Array.from({ length: 200 }, (_, index) => {
    const env = Array.from({ length: 50 }, (_, at) => ({ name: `V${at}`, value: distinctText(index * 50 + at) }));
    const volumeMounts = Array.from({ length: 50 }, (_, at) => ({ name: `m${at}`, mountPath: `/data/${index}/${at}` }));
    return object('Deployment', { spec: { template: { spec: { containers: [{ name: 'web', env, volumeMounts }] } } } });
  });
  const events = Array.from({ length: 600 }, (_, at) => object('Event', { message: `${at} failed `.repeat(150) }));
  const from = performance.now();
  cutMessages([...deployments, ...events]);
  assert.ok(performance.now() - from < 10_000, `${performance.now() - from} ms`);
});
