import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { createRedactor } from '../../src/adapters/vault/redactor.ts';
import type { Alert } from '../../src/domain/alert/alert.ts';
import { evidenceSchema, objectsOf } from '../../src/domain/plan/evidence.ts';
import { observe } from '../../src/observation/evidence/observe.ts';
import { firstNodes } from '../../stack/shop/nodes.ts';
import type { Bed } from './environment.ts';
import { incidentOf } from './shop-plan.ts';

/** Evidence of the real shop. */
export async function evidence(t: TestContext, bed: Bed): Promise<void> {
  const leases = bed.leases();
  const { blobs, journal } = bed;
  const deps = { leases, blobs, journal, redactor: createRedactor(bed.vault), clock: () => new Date() };
  const incident = incidentOf('inc-evidence');
  const look = (labels: Record<string, string>) => observe(deps, { incident, alerts: [alert(labels)] });

  await t.test('OK: the workload with its history, pods, events, budgets, and the nodes', async () => {
    const found = await look({ namespace: 'shop', deployment: 'web' });
    assert.ok('evidence' in found);
    const stored = evidenceSchema.parse(await blobs.get(found.evidence));
    const objects = objectsOf(stored);
    const count = (kind: string): number => objects.filter((object) => object.kind === kind).length;
    assert.deepEqual(stored.subject, { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' });
    assert.equal(count('Deployment'), 1);
    assert.deepEqual([count('ReplicaSet'), count('Pod'), count('Node')], [2, 4, firstNodes]);
    assert.deepEqual([count('PodDisruptionBudget'), count('HorizontalPodAutoscaler')], [1, 1]);
    assert.ok(count('Event') > 0);
    const text = JSON.stringify(stored);
    assert.doesNotMatch(text, /http:\/\/cart|managedFields|last-applied/);
    assert.match(text, /"value":"hmac:v1:[A-Za-z0-9+/]{43}="/);
    const [record] = (await bed.written.read(incident.id)).filter(({ kind }) => kind === 'evidence.taken');
    assert.match(record?.fact ?? '', /^Deployment shop\/web: 4 of 4 pods ready, 2 revisions, \d+ events$/);
  });

  await t.test('OK: a node with its pods, cut down to what scheduling reads, and all other nodes', async () => {
    const found = await look({ node: 'node-1' });
    assert.ok('evidence' in found);
    const stored = evidenceSchema.parse(await blobs.get(found.evidence));
    assert.deepEqual(stored.subject, { apiVersion: 'v1', kind: 'Node', name: 'node-1' });
    const objects = objectsOf(stored);
    const pods = objects.filter((object) => object.kind === 'Pod');
    assert.ok(pods.length > 0 && pods.every((pod) => pod['spec'].nodeName === 'node-1'));
    assert.equal(objects.filter((object) => object.kind === 'Node').length, firstNodes);
    assert.doesNotMatch(JSON.stringify(stored), /http:\/\/cart|hmac:|managedFields/);
    const records = (await bed.written.read(incident.id)).filter(({ kind }) => kind === 'evidence.taken');
    assert.match(records.at(-1)?.fact ?? '', /^Node node-1: ready, \d+ pods, 1 of 4 nodes$/);
  });

  await t.test('a workload that does not exist', async () => {
    assert.deepEqual(await look({ namespace: 'shop', deployment: 'nope' }), {
      none: 'Deployment shop/nope does not exist in east',
    });
  });

  await t.test('no workload named', async () => {
    assert.ok('none' in (await look({ alertname: 'X' })));
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
