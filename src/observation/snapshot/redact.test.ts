import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '../../domain/kubernetes/object.ts';
import type { Redactor } from '../../domain/rehearsal/ports.ts';
import { redact } from './redact.ts';

const env = (value: string) => [
  { name: 'A', value },
  { name: 'B', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
];
const podSpec = (value: string) => ({
  initContainers: [{ name: 'i', env: env(value) }],
  containers: [{ name: 'c', env: env(value), command: ['x'] }],
});
const object = (kind: string, rest: object): KubeObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name: 'web' },
  ...rest,
});

/** A redactor whose digest is the text in hex, and which records the texts of its calls, without their owners and paths. */
function recordingRedactor(): Redactor & { calls: string[][] } {
  const calls: string[][] = [];
  return {
    calls,
    async hmac(texts) {
      const plain = texts.map((text) => String((JSON.parse(text) as unknown[]).at(-1)));
      calls.push(plain);
      return plain.map((text) => `v1:${Buffer.from(text).toString('hex')}`);
    },
  };
}

test('replaces literals in every kind of template by digests, in one call', async () => {
  const redactor = recordingRedactor();
  const objects = [
    object('Pod', { spec: podSpec('a') }),
    object('Deployment', { spec: { template: { spec: podSpec('b') } } }),
    object('CronJob', { spec: { jobTemplate: { spec: { template: { spec: podSpec('c') } } } } }),
    object('ControllerRevision', { data: { spec: { template: { $patch: 'replace', spec: podSpec('d') } } } }),
  ];
  const redacted = await redact(redactor, 'east', objects);
  assert.equal(redactor.calls.length, 1);
  assert.deepEqual(redactor.calls[0], ['a', 'a', 'b', 'b', 'c', 'c', 'd', 'd']);
  assert.equal(redacted[0]?.['spec'].containers[0].env[0].value, 'hmac:v1:61');
  assert.equal(redacted[3]?.['data'].spec.template.spec.initContainers[0].env[0].value, 'hmac:v1:64');
  assert.doesNotMatch(JSON.stringify(redacted), /"value":"[abcd]"/);
});

test('changes nothing else, and does not change its input', async () => {
  const deployment = object('Deployment', { spec: { replicas: 3, template: { spec: podSpec('b') } } });
  const before = structuredClone(deployment);
  const [redacted] = await redact(recordingRedactor(), 'east', [deployment]);
  assert.deepEqual(deployment, before);
  assert.equal(redacted?.['spec'].replicas, 3);
  assert.deepEqual(redacted?.['spec'].template.spec.containers[0].env[1], env('b')[1]);
  assert.deepEqual(redacted?.['spec'].template.spec.containers[0].command, ['x']);
});

test('removes managed fields and the last-applied annotation', async () => {
  const key = 'kubectl.kubernetes.io/last-applied-configuration';
  const metadata = {
    name: 'web',
    managedFields: [{ manager: 'x' }],
    annotations: { [key]: 'b', 'airlock.dev/execution': 'x' },
  };
  const [redacted] = await redact(recordingRedactor(), 'east', [{ apiVersion: 'v1', kind: 'ConfigMap', metadata }]);
  assert.deepEqual(redacted?.metadata, { name: 'web', annotations: { 'airlock.dev/execution': 'x' } });
});

test('replaces annotations at every depth, except those that Kubernetes reads', async () => {
  const kept = {
    'deployment.kubernetes.io/revision': '2',
    'controller.kubernetes.io/pod-deletion-cost': '5',
    'scheduler.alpha.kubernetes.io/defaultTolerations': '[{"operator":"Exists"}]',
    'airlock.dev/sandbox': 'loaded',
    'kubectl.kubernetes.io/restartedAt': '2026-11-21T12:00:00Z',
  };
  const hidden = {
    'kapp.k14s.io/original': '{"env":[{"name":"A","value":"private"}]}',
    'objectset.rio.cattle.io/applied': 'private',
    'argocd.argoproj.io/tracking-id': 'private',
    'kubernetes.io/change-cause': 'kubectl set env deployment/web A=private',
    'nginx.ingress.kubernetes.io/configuration-snippet': 'private',
    'deployment.kubernetes.io/document': '{"A":"private"}',
    'deployment.kubernetes.io/yaml': 'env:\n  A: private',
    'deployment.kubernetes.io/long': `private${'x'.repeat(250)}`,
  };
  const annotations = { ...kept, ...hidden };
  const template = { metadata: { annotations }, spec: podSpec('private') };
  const [redacted] = await redact(recordingRedactor(), 'east', [
    {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name: 'c', annotations },
      spec: { jobTemplate: { template } },
    },
  ]);
  assert.doesNotMatch(JSON.stringify(redacted), /private/);
  for (const at of [redacted?.metadata, redacted?.['spec'].jobTemplate.template.metadata]) {
    assert.deepEqual({ ...at.annotations, ...hidden }, annotations);
    for (const key of Object.keys(hidden)) assert.match(at.annotations[key], /^hmac:v1:/);
  }
});

test('replaces a restart annotation whose value is not a time', async () => {
  const annotations = { 'kubectl.kubernetes.io/restartedAt': 'by private, who knows why' };
  const metadata = { name: 'web', annotations };
  const [redacted] = await redact(recordingRedactor(), 'east', [
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata },
  ]);
  assert.doesNotMatch(JSON.stringify(redacted), /private/);
});

test('replaces headers of probes and hooks', async () => {
  const call = { httpGet: { port: 80, httpHeaders: [{ name: 'Authorization', value: 'private' }] } };
  const container = { name: 'c', livenessProbe: call, lifecycle: { preStop: call } };
  const [redacted] = await redact(recordingRedactor(), 'east', [object('Pod', { spec: { containers: [container] } })]);
  const { livenessProbe, lifecycle } = redacted?.['spec'].containers[0];
  const digest = `hmac:v1:${Buffer.from('private').toString('hex')}`;
  for (const { httpGet } of [livenessProbe, lifecycle.preStop]) {
    assert.deepEqual(httpGet, { port: 80, httpHeaders: [{ name: 'Authorization', value: digest }] });
  }
});

test('digests a literal that looks redacted, so that no value can look like another', async () => {
  const [once] = await redact(recordingRedactor(), 'east', [object('Pod', { spec: podSpec('secret') })]);
  const [twice] = await redact(recordingRedactor(), 'east', [once as KubeObject]);
  assert.notDeepEqual(once, twice);
});

test('returns nothing when the redactor fails', async () => {
  const broken: Redactor = { hmac: () => Promise.reject(new Error('sealed')) };
  await assert.rejects(redact(broken, 'east', [object('Pod', { spec: podSpec('a') })]), /sealed/);
});

/** A redactor whose digest shows everything that it is over. */
const transparent: Redactor = { hmac: async (texts) => [...texts] };
const owned = (kind: string, name: string, uid: string, owner?: KubeObject) => ({
  apiVersion: 'v1',
  kind,
  metadata: {
    name,
    namespace: 'shop',
    uid,
    ...(owner && {
      ownerReferences: [
        {
          apiVersion: 'v1',
          kind: owner.kind,
          name: owner.metadata.name,
          uid: owner.metadata.uid ?? '',
          controller: true,
        },
      ],
    }),
  },
});
const firstValue = (object: KubeObject | undefined): string =>
  (object?.kind === 'Pod' ? object['spec'] : object?.['spec'].template.spec).containers[0].env[0].value;

test('gives a Deployment, its ReplicaSets and their pods equal digests', async () => {
  const template = { template: { spec: podSpec('private') } };
  const deployment: KubeObject = { ...owned('Deployment', 'web', '1'), spec: template };
  const set: KubeObject = { ...owned('ReplicaSet', 'web-1', '2', deployment), spec: template };
  const pod: KubeObject = { ...owned('Pod', 'web-1-x', '3', set), spec: podSpec('private') };
  const redacted = await redact(transparent, 'east', [pod, set, deployment]);
  const digests = redacted.map(firstValue);
  assert.equal(new Set(digests).size, 1, digests.join('\n'));
  const alone = await redact(transparent, 'east', [deployment]);
  assert.equal(firstValue(alone[0]), digests[0]);
});

test('gives an equal text different digests in another workload, namespace, cluster, container or variable', async () => {
  const one = { ...owned('Pod', 'a', '1'), spec: podSpec('private') };
  const others: [string, KubeObject][] = [
    ['east', one],
    ['west', one],
    ['east', { ...one, metadata: { ...one.metadata, name: 'b' } }],
    ['east', { ...one, metadata: { ...one.metadata, namespace: 'other' } }],
    ['east', { ...one, spec: { containers: [{ name: 'd', env: env('private') }] } }],
    ['east', { ...one, spec: { containers: [{ name: 'c', env: [{ name: 'Z', value: 'private' }] }] } }],
  ];
  const digests = await Promise.all(
    others.map(async ([cluster, object]) => firstValue((await redact(transparent, cluster, [object]))[0])),
  );
  assert.equal(new Set(digests).size, others.length, digests.join('\n'));
});

test('ends although two objects name each other as controller', async () => {
  const one: KubeObject = { ...owned('ReplicaSet', 'a', '1'), spec: { template: { spec: podSpec('private') } } };
  const two: KubeObject = { ...owned('ReplicaSet', 'b', '2', one), spec: { template: { spec: podSpec('private') } } };
  one.metadata = owned('ReplicaSet', 'a', '1', two).metadata;
  const redacted = await redact(transparent, 'east', [one, two]);
  assert.equal(redacted.length, 2);
});

test('gives other digests to a pod that only names the Deployment as its controller, and to an own annotation', async () => {
  const deployment: KubeObject = {
    ...owned('Deployment', 'web', '1'),
    spec: { template: { spec: podSpec('private') } },
  };
  const stranger: KubeObject = { ...owned('Pod', 'x', '3', { ...deployment, metadata: { name: 'web', uid: 'none' } }) };
  stranger['spec'] = podSpec('private');
  const [one, two] = await redact(transparent, 'east', [deployment, stranger]);
  assert.notEqual(firstValue(one), firstValue(two));
  const annotations = { a: 'private', template: 'private' };
  const both = { ...deployment, spec: { template: { metadata: { annotations }, spec: podSpec('x') } } };
  both.metadata = { ...deployment.metadata, annotations: { ...annotations } };
  const [redacted] = await redact(transparent, 'east', [both]);
  const own = Object.values(redacted?.metadata.annotations ?? {});
  const ofTemplate = Object.values(redacted?.['spec'].template.metadata.annotations as Record<string, string>);
  assert.equal(new Set([...own, ...ofTemplate]).size, 4);
});
