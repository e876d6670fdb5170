import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { openWrites } from '../../clusters/guardrails/open-fields.ts';
import type { KubeCall, KubeRequester } from '../../src/platform/kubernetes/kube-client.ts';
import { Secret } from '../../src/platform/secret.ts';
import { done, mint, mintOnNodes, nodeRole, rule, vaultRole } from './attempt.ts';
import type { Environment } from './environment.ts';
import { minterAttempts, type MintedNames } from './open-fields-of-minters.ts';

/** An attempt to use an open field. */
export interface FieldAttempt {
  call: KubeCall;
  /** A part of the refusal's message; undefined if the guardrails accept the value. */
  says?: string;
}

const web = '/apis/apps/v1/namespaces/shop/deployments/web';
const node = '/api/v1/nodes/node-1';
const template = '/spec/template';
const container = `${template}/spec/containers/0`;

const patch = (path: string, pointer: string, value: unknown, more: object[] = []): KubeCall => ({
  method: 'PATCH',
  path: `${path}?dryRun=All`,
  contentType: 'application/json-patch+json',
  body: [{ op: 'add', path: pointer, value }, ...more],
});

const reset = [{ manager: 'nobody', operation: 'Update', apiVersion: 'apps/v1', fieldsType: 'FieldsV1', fieldsV1: {} }];

/** The metadata that every patch of an action can set. */
function metadataAttempts(path: string, more: object[] = []): Record<string, FieldAttempt> {
  const other = patch(path, '/metadata/annotations/airlock.dev~1other', 'x', more);
  return {
    'metadata.annotations': { call: other, says: 'annotations other than' },
    'metadata.managedFields': { call: patch(path, '/metadata/managedFields', reset, more) },
  };
}

/** One attempt per field of a container. The first list shows what is accepted, the other one what is not. */
function containerAttempts(): Record<string, FieldAttempt> {
  const accepted: Record<string, unknown> = {
    command: ['/bin/sh', '-c', 'sleep 1d'],
    args: ['--anything'],
    workingDir: '/',
    imagePullPolicy: 'Always',
  };
  const refused: Record<string, [value: unknown, says: string]> = {
    name: ['other', 'container names'],
    image: ['evil.example/shop/web:1', 'must keep its image repository'],
    env: [[{ name: 'X', valueFrom: { secretKeyRef: { name: 'root-password', key: 'x' } } }], 'may read a Secret'],
    envFrom: [[{ secretRef: { name: 'shop-database' } }], 'may read a Secret'],
    ports: [[{ containerPort: 80, hostPort: 80 }], 'host port'],
    resources: [{ claims: [{ name: 'gpu' }] }, 'volume mount, file or device'],
    volumeMounts: [[{ name: 'cache', mountPath: '/etc' }], 'volume mount, file or device'],
    lifecycle: [{ postStart: { httpGet: { host: '10.0.0.1', port: 80 } } }, 'probes and hooks'],
    livenessProbe: [{ tcpSocket: { host: '10.0.0.1', port: 80 } }, 'probes and hooks'],
    readinessProbe: [{ httpGet: { host: '10.0.0.1', port: 80 } }, 'probes and hooks'],
    startupProbe: [{ tcpSocket: { host: '10.0.0.1', port: 80 } }, 'probes and hooks'],
  };
  const all = [
    ...Object.entries(accepted).map(([field, value]) => [field, { call: patch(web, `${container}/${field}`, value) }]),
    ...Object.entries(refused).map(([field, [value, says]]) => [
      field,
      { call: patch(web, `${container}/${field}`, value), says },
    ]),
  ] as [string, FieldAttempt][];
  const path = 'spec.template.spec.{containers,initContainers}[]';
  return Object.fromEntries(all.map(([field, attempt]) => [`${path}.${field}`, attempt]));
}

const restartedAt = `${template}/metadata/annotations/kubectl.kubernetes.io~1restartedAt`;
const restart = [{ op: 'add', path: restartedAt, value: '2026-11-21T12:00:00Z' }];
const unschedulable = (value: boolean) => [{ op: 'add', path: '/spec/unschedulable', value }];

const actionAttempts: Record<string, Record<string, FieldAttempt>> = {
  'undo-rollout': {
    ...metadataAttempts(web),
    'spec.template.metadata.labels': {
      call: patch(web, `${template}/metadata/labels/role`, 'x'),
      says: "the template's labels",
    },
    'spec.template.metadata.annotations': {
      call: patch(web, `${template}/metadata/annotations/sidecar.example~1inject`, 'yes'),
      says: "the template's annotations",
    },
    'spec.template.spec.terminationGracePeriodSeconds': {
      call: patch(web, `${template}/spec/terminationGracePeriodSeconds`, 86_400),
    },
    ...containerAttempts(),
  },
  'scale-workload': {
    'Scale spec.replicas': { call: patch(`${web}/scale`, '/spec/replicas', 10_001), says: "administrator's range" },
  },
  'restart-workload': {
    ...metadataAttempts(web, restart),
    'spec.template.metadata.annotations[kubectl.kubernetes.io/restartedAt]': {
      call: patch(web, restartedAt, 'x'),
      says: 'must be a time',
    },
  },
  'cordon-node': {
    ...metadataAttempts(node, unschedulable(true)),
    'spec.unschedulable': { call: patch(node, '/spec/unschedulable', false), says: 'unschedulable must be true' },
  },
  'uncordon-node': {
    ...metadataAttempts(node, unschedulable(false)),
    'spec.unschedulable': { call: patch(node, '/spec/unschedulable', true), says: 'unschedulable must be false' },
  },
};

/** docs/guardrails.md: an attempt for every field that a guardrail leaves open. */
export async function openFieldCases(t: TestContext, environment: Environment): Promise<void> {
  const { writers, names } = await connect(environment);
  const attempts = { ...actionAttempts, ...minterAttempts(names) };
  for (const { writer, fields } of openWrites(environment.values)) {
    await t.test(`${writer}: every open field has an attempt`, () => {
      assert.deepEqual(Object.keys(attempts[writer] ?? {}).sort(), fields.map(({ field }) => field).sort());
    });
    const as = writers[writer];
    assert.ok(as, writer);
    for (const [field, { call, says }] of Object.entries(attempts[writer] ?? {})) {
      await t.test(`${writer}: ${field} is ${says ? 'limited' : 'open'}`, async () => {
        const answer = await as(call);
        if (says === undefined) done(answer);
        else assert.ok(answer.status >= 400 && String(answer.body?.message).includes(says), answer.body?.message);
      });
    }
  }
}

interface Connections {
  /** A client per writer. */
  writers: Record<string, KubeRequester>;
  names: MintedNames;
}

async function connect({ vault, minters, as, admin }: Environment): Promise<Connections> {
  const inShop = (action: string, resource: string) =>
    mint(vault.gateway, vaultRole(action, [rule(resource, ['web'])]));
  const onNode = (action: string) => mintOnNodes(vault.gateway, nodeRole(action, ['node-1']));
  const undo = await inShop('undo-rollout', 'deployments');
  const cordon = await onNode('cordon-node');
  const lease = { kubernetes_namespace: 'airlock-system', cluster_role_binding: true };
  const { data: reader } = await vault.observe.write('k8s-east-read/creds/reader', lease);
  const path = '/api/v1/namespaces/airlock-system/serviceaccounts/airlock-kill-switch/token';
  const operator = done(await admin({ method: 'POST', path, body: { spec: { expirationSeconds: 600 } } }));
  const writers = {
    'undo-rollout': as(undo.token),
    'restart-workload': as((await inShop('restart-workload', 'deployments')).token),
    'scale-workload': as((await inShop('scale-workload', 'deployments/scale')).token),
    'cordon-node': as(cordon.token),
    'uncordon-node': as((await onNode('uncordon-node')).token),
    'airlock-exec-minter': as(minters.exec),
    'airlock-read-minter': as(minters.read),
    'airlock-node-minter': as(minters.node),
    'airlock-kill-switch': as(new Secret<string>(operator.status.token)),
  };
  return { writers, names: { exec: undo.account, node: cordon.account, read: reader.service_account_name } };
}
