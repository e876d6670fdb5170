import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { createRedactor } from '../../src/adapters/vault/redactor.ts';
import type { Alert } from '../../src/domain/alert/alert.ts';
import { evidenceSchema, objectsOf } from '../../src/domain/plan/evidence.ts';
import type { KubeObject } from '../../src/domain/kubernetes/object.ts';
import { observe } from '../../src/observation/evidence/observe.ts';
import { variablesOf, type DeploymentVariables } from '../../src/reasoning/view/view.ts';
import { initialNodeCount } from '../../stack/shop/nodes.ts';
import type { Environment } from './environment.ts';
import { incidentOf } from './shop-plan.ts';

/** Collects evidence of the real shop. */
export async function evidence(t: TestContext, environment: Environment): Promise<void> {
  const leases = environment.leases();
  const { blobs, journal } = environment;
  const deps = { leases, blobs, journal, redactor: createRedactor(environment.vault), clock: () => new Date() };
  const incident = incidentOf('inc-evidence');
  const collect = (labels: Record<string, string>) => observe(deps, { incident, alerts: [alert(labels)] });

  await t.test('collects a workload with its revisions, pods, events and budgets, and the nodes', async () => {
    const found = await collect({ namespace: 'shop', deployment: 'web' });
    assert.ok('evidence' in found);
    const stored = evidenceSchema.parse(await blobs.get(found.evidence));
    const objects = objectsOf(stored);
    const count = (kind: string): number => objects.filter((object) => object.kind === kind).length;
    assert.deepEqual(stored.subject, { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' });
    assert.equal(count('Deployment'), 1);
    assert.deepEqual([count('ReplicaSet'), count('Pod'), count('Node')], [2, 4, initialNodeCount]);
    assert.deepEqual([count('PodDisruptionBudget'), count('HorizontalPodAutoscaler')], [1, 1]);
    assert.ok(count('Event') > 0);
    const text = JSON.stringify(stored);
    assert.doesNotMatch(text, /http:\/\/cart|managedFields|last-applied/);
    assert.match(text, /"value":"hmac:v1:[A-Za-z0-9+/]{43}="/);
    const records = (await environment.journalReader.read(incident.id)).filter(
      ({ kind }) => kind === 'evidence.collected',
    );
    assert.match(records.at(-1)?.message ?? '', /^Deployment shop\/web: 4 of 4 pods ready, 2 revisions, \d+ events$/);
  });

  await t.test('collects a node, its pods reduced to what scheduling reads, and all other nodes', async () => {
    const found = await collect({ node: 'node-1' });
    assert.ok('evidence' in found);
    const stored = evidenceSchema.parse(await blobs.get(found.evidence));
    assert.deepEqual(stored.subject, { apiVersion: 'v1', kind: 'Node', name: 'node-1' });
    const objects = objectsOf(stored);
    const pods = objects.filter((object) => object.kind === 'Pod');
    assert.ok(pods.length > 0 && pods.every((pod) => pod['spec'].nodeName === 'node-1'));
    assert.equal(objects.filter((object) => object.kind === 'Node').length, initialNodeCount);
    assert.doesNotMatch(JSON.stringify(stored), /http:\/\/cart|hmac:|managedFields/);
    const records = (await environment.journalReader.read(incident.id)).filter(
      ({ kind }) => kind === 'evidence.collected',
    );
    assert.match(records.at(-1)?.message ?? '', /^Node node-1: ready, \d+ pods on this node, 4 nodes listed$/);
  });

  await t.test('a ReplicaSet that a person made is not offered as an earlier release', async () => {
    const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' };
    const live = await environment.adminApi.get(deployment);
    assert.ok(live);
    const created = await environment.admin({
      method: 'POST',
      path: '/apis/apps/v1/namespaces/shop/replicasets',
      body: foreignReplicaSet(live),
    });
    assert.equal(created.status, 201);
    const found = await collect({ namespace: 'shop', deployment: 'web' });
    assert.ok('evidence' in found);
    const stored = evidenceSchema.parse(await blobs.get(found.evidence));
    const variables = variablesOf(stored, alert({})) as DeploymentVariables;
    const { name = '' } = variables.replicaSets[0] ?? {};
    assert.deepEqual(variables.replicaSets.map((set) => [set.name, set.current, set.byController]).slice(0, 2), [
      [name, true, true],
      ['web-5f5f5f5f5f', false, false],
    ]);
    const path = '/apis/apps/v1/namespaces/shop/replicasets/web-5f5f5f5f5f';
    assert.equal((await environment.admin({ method: 'DELETE', path })).status, 200);
  });

  await t.test('returns none for a workload that does not exist', async () => {
    assert.deepEqual(await collect({ namespace: 'shop', deployment: 'nope' }), {
      none: 'Deployment shop/nope does not exist in east',
    });
  });

  await t.test('returns none when no alert names an object', async () => {
    assert.ok('none' in (await collect({ alertname: 'X' })));
  });
  await leases.close({ cluster: 'east', incident: incident.id, trace: incident.trace });
}

function alert(labels: Record<string, string>): Alert {
  return {
    cluster: 'east',
    fingerprint: 'f',
    status: 'firing',
    startsAt: '2026-11-21T12:00:00Z',
    labels,
    annotations: {},
  };
}

/**
 * A ReplicaSet as a person makes it who may create ReplicaSets, but may not change the Deployment: with the labels and the
 * owner of a real one, the highest revision, and another image. It has no replicas, so that the shop does not change.
 */
function foreignReplicaSet({ metadata, spec }: KubeObject): object {
  const hash = { 'pod-template-hash': '5f5f5f5f5f' };
  const labels = { ...spec.template.metadata.labels, ...hash };
  const template = structuredClone(spec.template);
  template.metadata.labels = labels;
  template.spec.containers[0].image = 'registry.example/mine:1';
  const owner = { apiVersion: 'apps/v1', kind: 'Deployment', name: metadata.name, uid: metadata.uid, controller: true };
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${metadata.name}-5f5f5f5f5f`,
      labels,
      annotations: { 'deployment.kubernetes.io/revision': '99' },
      ownerReferences: [owner],
    },
    spec: { replicas: 0, selector: { matchLabels: labels }, template },
  };
}
