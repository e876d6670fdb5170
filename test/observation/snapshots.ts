import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { createRedactor } from '../../src/adapters/vault/redactor.ts';
import { resourceMappingOf } from '../../src/domain/kubernetes/resource-mapping.ts';
import { findObject, type KubeObject } from '../../src/domain/kubernetes/object.ts';
import type { ClusterReader } from '../../src/observation/ports.ts';
import { redact } from '../../src/observation/snapshot/redact.ts';
import { takeSnapshot } from '../../src/observation/snapshot/take-snapshot.ts';
import { initialNodeCount } from '../../stack/shop/nodes.ts';
import { workloads } from '../../stack/shop/workloads.ts';
import type { Environment } from './environment.ts';
import { cart, scaleCart } from './shop-plan.ts';

const pods = workloads.reduce((sum, { replicas }) => sum + replicas, 0);

/** Takes snapshots of the real target. */
export async function snapshots(t: TestContext, environment: Environment): Promise<void> {
  const redactor = createRedactor(environment.vault);
  const leases = environment.leases();
  const of = { cluster: 'east', incident: 'inc-snapshot', trace: 'trace' };
  const reader = await leases.reader(of);
  const live = (await reader.get(cart)) as KubeObject;
  const plan = scaleCart(await redact(redactor, 'east', [live]), 3, 4);
  const take = (from: ClusterReader) => takeSnapshot({ reader: from, redactor, clock: () => new Date() }, plan);

  await t.test(
    'contains every kind, redacted, with stubs of Secrets and the managed fields of the plan’s target',
    async () => {
      const snapshot = await take(reader);
      assert.match(snapshot.kubernetes, /^v1\./);
      const names = (kind: string): string[] =>
        snapshot.objects.filter((object) => object.kind === kind).map((object) => object.metadata.name);
      assert.equal(names('Node').length, initialNodeCount);
      assert.equal(names('Pod').length, pods);
      assert.ok(names('ValidatingAdmissionPolicy').includes('airlock-identities'));
      assert.deepEqual(names('Secret'), ['shop-database']);
      assert.deepEqual(
        findObject(snapshot.objects, { ...cart, apiVersion: 'v1', kind: 'Secret', name: 'shop-database' })?.['data'],
        { password: '' },
      );
      const text = JSON.stringify(snapshot);
      assert.doesNotMatch(text, /http:\/\/cart|shop@shop.example|last-applied-configuration/);
      const managed = snapshot.objects.filter((object) => object.metadata.managedFields);
      assert.deepEqual(
        managed.map((object) => object.metadata.name),
        ['cart'],
      );
      assert.ok(
        snapshot.objects.every(
          (object) => resourceMappingOf(object.apiVersion, object.kind) ?? object.kind === 'Secret',
        ),
      );
      assert.deepEqual(snapshot.unknowns, []);
      assert.ok(snapshot.events.length > 0);
    },
  );

  await t.test('is the same under another lease: it does not contain Airlock’s own accounts and bindings', async () => {
    const other = { ...of, incident: 'inc-snapshot-2' };
    const names = (objects: KubeObject[]): string[] =>
      objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`);
    const first = await take(reader);
    const second = await take(await leases.reader(other));
    assert.deepEqual(names(first.objects), names(second.objects));
    assert.ok(names(first.objects).every((name) => !name.includes('airlock-read-') || name.endsWith('minter')));
    await leases.close(other);
  });

  await t.test('refuses a cluster that is too large, with its counts', async () => {
    const crowded: ClusterReader = {
      ...reader,
      list: async (kind) => (kind.kind === 'Pod' ? Array.from({ length: 2001 }, () => live) : []),
    };
    await assert.rejects(take(crowded), { code: 'snapshot-too-large', message: /0 nodes and 2001 pods/ });
  });
  await leases.close(of);
}
