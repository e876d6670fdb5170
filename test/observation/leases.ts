import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { kindOf, type Kind } from '../../src/domain/kubernetes/resource-mapping.ts';
import type { Journal } from '../../src/domain/ports.ts';
import { firstNodes } from '../../stack/shop/nodes.ts';
import type { Bed } from './environment.ts';

const nodes = kindOf('v1', 'Node') as Kind;
const secrets: Kind = { apiVersion: 'v1', kind: 'Secret', plural: 'secrets', namespaced: true, etcd: 'secrets' };
const fail = (code: string) => ({ name: 'AirlockError', code });

/** Read leases on the real parts: taken once, recorded before use, revoked at the close whoever holds them. */
export async function readLeases(t: TestContext, bed: Bed): Promise<void> {
  await t.test('OK: reads, without any right on Secrets, and once per incident', async () => {
    const of = lease('inc-one');
    const leases = bed.leases();
    const reader = await leases.reader(of);
    assert.equal((await reader.list(nodes)).length, firstNodes);
    await assert.rejects(reader.list(secrets), fail('kubernetes-forbidden'));
    assert.equal(await leases.reader(of), reader);
    assert.equal((await accountsOf(bed, of.incident)).length, 1);
    await leases.close(of);
  });

  await t.test('OK: at the close the account is gone, the token is refused, the journal has both ends', async () => {
    const of = lease('inc-two');
    const leases = bed.leases();
    const reader = await leases.reader(of);
    const [account = ''] = await accountsOf(bed, of.incident);
    assert.equal(await exists(bed, account), true);
    await leases.close(of);
    assert.equal(await exists(bed, account), false);
    await assert.rejects(reader.list(nodes));
    const kinds = (await bed.written.read(of.incident)).map((record) => [record.kind, record.fact.includes(account)]);
    assert.deepEqual(kinds, [
      ['lease.opened', true],
      ['lease.closed', true],
    ]);
    await leases.close(of);
    assert.equal((await bed.written.read(of.incident)).length, 2, 'a second close has nothing to do');
  });

  await t.test(
    'OK: a process that starts anew revokes what the last one left, and closes what it did not open',
    async () => {
      const [one, two] = [lease('inc-three'), lease('inc-four')];
      const before = bed.leases();
      await Promise.all([before.reader(one), before.reader(two)]);
      const [first = '', second = ''] = [
        ...(await accountsOf(bed, one.incident)),
        ...(await accountsOf(bed, two.incident)),
      ];
      await bed.leases().close(one);
      assert.equal(await exists(bed, first), false);
      assert.deepEqual(await bed.leases().sweep(), { revoked: 1, failed: [] });
      assert.equal(await exists(bed, second), false);
      assert.deepEqual(await bed.leases().sweep(), { revoked: 0, failed: [] });
    },
  );

  await t.test('OK: a lease that is nearly over is replaced; the close revokes both', async () => {
    const of = lease('inc-five');
    let now = Date.now();
    const leases = bed.leases({ now: () => now });
    const first = await leases.reader(of);
    now += 13 * 60_000; // of fifteen minutes
    assert.notEqual(await leases.reader(of), first);
    const accounts = await accountsOf(bed, of.incident);
    assert.equal(accounts.length, 2);
    await leases.close(of);
    assert.deepEqual(await Promise.all(accounts.map((account) => exists(bed, account))), [false, false]);
  });

  await t.test('a lease that somebody took away: retry, with a new one', async () => {
    const of = lease('inc-six');
    const leases = bed.leases();
    const reader = await leases.reader(of);
    await reader.list(nodes);
    const [account = ''] = await accountsOf(bed, of.incident);
    const path = `/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/${account}`;
    assert.equal((await bed.admin({ method: 'DELETE', path })).status, 200);
    await assert.rejects(async () => {
      for (;;) await reader.list(nodes);
    }, fail('read-lease-lost'));
    assert.equal((await (await leases.reader(of)).list(nodes)).length, firstNodes);
    await leases.close(of);
  });

  await t.test('no append, no reading: without the journal the lease is given back unused', async () => {
    const of = lease('inc-seven');
    const journal: Journal = { append: () => Promise.reject(new Error('journal is down')) };
    await assert.rejects(bed.leases({ journal }).reader(of), /journal is down/);
    const [account = ''] = await accountsOf(bed, of.incident);
    assert.match(account, /^airlock-read-/);
    assert.equal(await exists(bed, account), false);
    await bed.leases().close(of);
  });

  await t.test('a cluster that is not configured', async () => {
    await assert.rejects(bed.leases().reader({ ...lease('inc-x'), cluster: 'north' }), fail('cluster-unknown'));
  });

  await t.test('the role may neither rewrite nor delete its records', async () => {
    await assert.rejects(bed.pool.query("UPDATE read_leases SET incident = 'x'"), /permission denied/);
    await assert.rejects(bed.pool.query('DELETE FROM read_leases'), /permission denied/);
  });
}

function lease(incident: string) {
  return { cluster: 'east', incident, trace: `trace-${incident}` };
}

async function accountsOf(bed: Bed, incident: string): Promise<string[]> {
  const { rows } = await bed.owner.query<{ account: string }>(
    'SELECT account FROM read_leases WHERE incident = $1 ORDER BY opened_at',
    [incident],
  );
  return rows.map((row) => row.account);
}

async function exists(bed: Bed, account: string): Promise<boolean> {
  const ref = { apiVersion: 'v1', kind: 'ServiceAccount', namespace: 'airlock-system', name: account };
  return (await bed.adminApi.get(ref)) !== undefined;
}
