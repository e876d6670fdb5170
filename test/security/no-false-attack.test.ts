import assert from 'node:assert/strict';
import { after, beforeEach, it } from 'node:test';
import { leaseRow } from '../../src/adapters/postgres/ledger/rows.ts';
import { createRowMacs } from '../../src/adapters/vault/row-macs.ts';
import { admitDecision } from '../../src/execution/admission/admit-decision.ts';
import { digestOf } from '../../src/lib/digest.ts';
import { AirlockError } from '../../src/lib/error.ts';
import { waitFor } from '../../src/platform/wait-for.ts';
import { incident } from '../execution/fixture.ts';
import type { Gateway } from '../execution/gateway.ts';
import { startEnvironment } from '../execution/environment.ts';

// Two gateways work on one execution at the same time, because a worker that is slow is declared dead while it runs. The
// gateway must not take what another gateway writes meanwhile for an attack, because an attack stops the incident.

const env = await startEnvironment();
after(() => env[Symbol.asyncDispose]());
beforeEach(() => env.reset());

/** Runs `meanwhile` when the gateway reads the journal's records for the ledger, at its `nth` read. */
function atRead(nth: number, gateway: Gateway, meanwhile: () => Promise<unknown>): void {
  const { recordsOf } = gateway.deps;
  let reads = 0;
  gateway.deps.recordsOf = async (id) => {
    if ((reads += 1) === nth) await meanwhile();
    return recordsOf(id);
  };
}

it('a gateway that prepares an execution which another one prepares meanwhile gets the same challenge', async () => {
  const { digest } = await env.offered();
  await env.gateway.approve(digest, 'lea');
  const other = env.anotherGateway();
  atRead(1, other, () => env.gateway.prepare(digest));
  const answer = await other.prepare(digest);
  assert.ok(answer.ready);
  assert.deepEqual(answer, await env.gateway.prepare(digest));
  assert.deepEqual(env.errors, []);
});

it('an undo that is requested while another gateway ends the execution is done', async () => {
  const { digest, preflight } = await env.ready();
  const other = env.anotherGateway();
  // The first read is about the undo, the second about the execution.
  atRead(2, other, () => env.gateway.execute(digest, 'do', preflight));
  assert.equal((await other.execute(digest, 'undo')).outcome, 'executed');
  assert.deepEqual(env.target.writes.length, 4);
  assert.deepEqual(env.errors, []);
});

it('the key of the MACs is rotated between two attempts, and between two tries of an admission', async () => {
  const { digest, preflight } = await env.ready();
  env.target.faults.loseAnswerOfWrite = 1;
  await assert.rejects(env.gateway.execute(digest, 'do', preflight), { next: 'retry' });
  const rotate = () => env.vault.administrator.write('transit/keys/rows/rotate', {});
  await rotate();
  assert.equal((await env.gateway.execute(digest, 'do', preflight)).outcome, 'executed');
  await rotate();
  assert.equal((await env.gateway.execute(digest, 'undo')).outcome, 'executed');

  const decision = await env.issuer.decide((await env.offered()).digest, 'lea');
  const { deps } = env.gateway;
  const { admissions } = deps;
  const unreachable = new AirlockError({ code: 'vault-unreachable', message: 'Vault is gone' });
  deps.admissions = { ...admissions, add: () => Promise.reject(unreachable) };
  const send = () => admitDecision(deps, { incident: incident.id, trace: incident.trace, decision });
  await assert.rejects(send(), { code: 'vault-unreachable' });
  await rotate();
  deps.admissions = admissions;
  assert.ok('admitted' in (await send()), 'the sign-in was used for this nonce');
  assert.deepEqual(env.errors, []);
});

it('an attempt that records its lease while the next attempt ends the leases of the execution', async () => {
  const { ledger } = env.gateway.deps;
  const id = `exe-${String(env.before)}`;
  const identity = {
    id,
    dossier: digestOf(id),
    direction: 'do',
    incident: 'inc-1',
    trace: 't',
    cluster: 'east',
  } as const;
  const execution = { ...identity, startedAt: env.now().toISOString() };
  const ref = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' };
  {
    await using lock = await ledger.lock(id);
    await using _objects = await lock.lockObjects([{ cluster: 'east', ref }]);
    await (await lock.begin(execution)).markMinting();
  }
  await using late = await slowStatement(id);
  await using lock = await ledger.lock(id);
  const attempt = await lock.begin(execution);
  const revoked = assert.rejects(attempt.markRevoked(), { code: 'execution-busy', next: 'retry' });
  await late.untilAwaited();
  await late.commit();
  await revoked;
  const found = await ledger.find(id);
  assert.deepEqual([found?.leases[0]?.leaseId, found?.leases[0]?.revokedAt], ['lease-1', undefined]);
  await attempt.markRevoked();
  assert.ok((await ledger.find(id))?.leases[0]?.revokedAt);
});

/** The statement of the first attempt that records its lease. PostgreSQL has begun it and is slow to commit it. */
async function slowStatement(id: string) {
  const lease = { attempt: 1, cluster: 'east', leaseId: 'lease-1', serviceAccount: 'account-1', revokedAt: null };
  const [mac] = await createRowMacs(env.vault.sessions.gateway).make([leaseRow(id, lease)]);
  const { superuser } = env.database.pools;
  const client = await superuser.connect();
  await client.query('BEGIN');
  await client.query(`UPDATE execution_leases SET lease_id = $2, service_account = $3, mac = $4 WHERE execution = $1`, [
    id,
    lease.leaseId,
    lease.serviceAccount,
    mac,
  ]);
  return {
    untilAwaited: () =>
      waitFor({ what: 'a statement that waits for this one', every: 20, within: 10_000 }, async () => {
        const { rowCount } = await superuser.query('SELECT FROM pg_locks WHERE NOT granted');
        return (rowCount ?? 0) > 0;
      }),
    commit: () => client.query('COMMIT'),
    async [Symbol.asyncDispose]() {
      client.release(true);
    },
  };
}
