import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { resourceMappingOf, type ResourceMapping } from '../../src/domain/kubernetes/resource-mapping.ts';
import type { Journal } from '../../src/domain/journal/ports.ts';
import { waitFor } from '../../src/platform/wait-for.ts';
import { initialNodeCount } from '../../stack/shop/nodes.ts';
import type { Environment } from './environment.ts';

const nodes = resourceMappingOf('v1', 'Node') as ResourceMapping;
const secrets: ResourceMapping = {
  apiVersion: 'v1',
  kind: 'Secret',
  plural: 'secrets',
  namespaced: true,
  etcdPrefix: 'secrets',
};
const fail = (code: string) => ({ name: 'AirlockError', code });

/** Read leases on real servers: taken once, recorded before use, revoked at the close by whichever process holds them. */
export async function readLeases(t: TestContext, environment: Environment): Promise<void> {
  await t.test('gives one reader per incident, without access to Secrets', async () => {
    const of = lease('inc-one');
    const leases = environment.leases();
    const reader = await leases.reader(of);
    assert.equal((await reader.list(nodes)).length, initialNodeCount);
    await assert.rejects(reader.list(secrets), fail('kubernetes-forbidden'));
    assert.equal(await leases.reader(of), reader);
    assert.equal((await accountsOf(environment, of.incident)).length, 1);
    await leases.close(of);
  });

  await t.test('closing deletes the account and revokes the token; the journal has both records', async () => {
    const of = lease('inc-two');
    const leases = environment.leases();
    const reader = await leases.reader(of);
    const [account = ''] = await accountsOf(environment, of.incident);
    assert.equal(await exists(environment, account), true);
    await leases.close(of);
    assert.equal(await exists(environment, account), false);
    await assert.rejects(reader.list(nodes));
    const kinds = (await environment.journalReader.read(of.incident)).map((record) => [
      record.kind,
      record.message.includes(account),
    ]);
    assert.deepEqual(kinds, [
      ['lease.issued', true],
      ['lease.revoked', true],
    ]);
    await leases.close(of);
    assert.equal((await environment.journalReader.read(of.incident)).length, 2, 'a second close has nothing to do');
  });

  await t.test('a restarted process closes and sweeps leases of its predecessor', async () => {
    const [one, two] = [lease('inc-three'), lease('inc-four')];
    const before = environment.leases();
    await Promise.all([before.reader(one), before.reader(two)]);
    const [first = '', second = ''] = [
      ...(await accountsOf(environment, one.incident)),
      ...(await accountsOf(environment, two.incident)),
    ];
    await environment.leases().close(one);
    assert.equal(await exists(environment, first), false);
    assert.deepEqual(await environment.leases().sweep(), { revoked: 1, failed: [] });
    assert.equal(await exists(environment, second), false);
    assert.deepEqual(await environment.leases().sweep(), { revoked: 0, failed: [] });
  });

  await t.test('replaces a lease that is about to expire; closing revokes both', async () => {
    const of = lease('inc-five');
    let now = Date.now();
    const leases = environment.leases({ now: () => now });
    const first = await leases.reader(of);
    now += 13 * 60_000; // of fifteen minutes
    assert.notEqual(await leases.reader(of), first);
    const accounts = await accountsOf(environment, of.incident);
    assert.equal(accounts.length, 2);
    await leases.close(of);
    assert.deepEqual(await Promise.all(accounts.map((account) => exists(environment, account))), [false, false]);
  });

  await t.test('reports a lease that somebody removed, and takes a new one on retry', async () => {
    const of = lease('inc-six');
    const leases = environment.leases();
    const reader = await leases.reader(of);
    await reader.list(nodes);
    const [account = ''] = await accountsOf(environment, of.incident);
    const path = `/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/${account}`;
    assert.equal((await environment.admin({ method: 'DELETE', path })).status, 200);
    const refused = { what: 'the API server to refuse the reader', every: 20, within: 30_000 };
    const reading = waitFor(refused, async () => (await reader.list(nodes)) && false);
    await assert.rejects(reading, fail('read-lease-lost'));
    assert.equal((await (await leases.reader(of)).list(nodes)).length, initialNodeCount);
    await leases.close(of);
  });

  await t.test('revokes the lease unused when the journal is unavailable', async () => {
    const of = lease('inc-seven');
    const journal: Journal = { append: () => Promise.reject(new Error('journal is down')) };
    await assert.rejects(environment.leases({ journal }).reader(of), /journal is down/);
    const [account = ''] = await accountsOf(environment, of.incident);
    assert.match(account, /^airlock-read-/);
    assert.equal(await exists(environment, account), false);
    await environment.leases().close(of);
  });

  await t.test('refuses a cluster that is not configured', async () => {
    await assert.rejects(environment.leases().reader({ ...lease('inc-x'), cluster: 'north' }), fail('cluster-unknown'));
  });

  await t.test('the database role can neither change nor delete lease records', async () => {
    await assert.rejects(environment.pool.query("UPDATE read_leases SET incident = 'x'"), /permission denied/);
    await assert.rejects(environment.pool.query('DELETE FROM read_leases'), /permission denied/);
  });
}

function lease(incident: string) {
  return { cluster: 'east', incident, trace: `trace-${incident}` };
}

async function accountsOf(environment: Environment, incident: string): Promise<string[]> {
  const { rows } = await environment.owner.query<{ account: string }>(
    'SELECT account FROM read_leases WHERE incident = $1 ORDER BY issued_at',
    [incident],
  );
  return rows.map((row) => row.account);
}

async function exists(environment: Environment, account: string): Promise<boolean> {
  const ref = { apiVersion: 'v1', kind: 'ServiceAccount', namespace: 'airlock-system', name: account };
  return (await environment.adminApi.get(ref)) !== undefined;
}
