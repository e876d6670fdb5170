import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { LeaseTimes } from '../../src/adapters/postgres/ledger/object-locks.ts';
import { createLedger } from '../../src/adapters/postgres/ledger/ledger.ts';
import { createRowMacs } from '../../src/adapters/vault/row-macs.ts';
import { AirlockError } from '../../src/lib/error.ts';
import { pause } from '../../src/platform/pause.ts';
import { waitFor } from '../../src/platform/wait-for.ts';
import { startDatabase } from '../execution/database.ts';
import { startTestVault } from '../execution/vault.ts';

/**
 * Another process locks an object. It is stopped with SIGSTOP for `stoppedMs` milliseconds, and goes on after the lock
 * was taken over. Asserts that it writes nothing from then on.
 * @param times how long the lock lasts, and how often the process renews it.
 */
export async function pausedProcess(times: LeaseTimes, stoppedMs: number): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const [database, vault] = await Promise.all([startDatabase(), startTestVault()]);
  stack.use(database);
  stack.use(vault);
  const { pools } = database;
  const env = {
    PATH: process.env['PATH'],
    DATABASE: pools.gateway.options.connectionString,
    VAULT: vault.address,
    VAULT_IDENTITY: vault.identityFile('gateway'),
    LEASE_TIMES: JSON.stringify(times),
  };
  const holder = fileURLToPath(new URL('object-holder.ts', import.meta.url));
  const paused = spawn(process.execPath, [holder], { env, stdio: ['pipe', 'pipe', 'inherit'] });
  stack.defer(() => void paused.kill('SIGKILL'));
  const lines = createInterface({ input: paused.stdout })[Symbol.asyncIterator]();
  // Lets the process write an entry about its step. Returns what it prints.
  const write = async (version: string): Promise<string> => {
    paused.stdin.write(`${version}\n`);
    return String((await lines.next()).value);
  };

  assert.equal((await lines.next()).value, 'ready');
  const now = (): Date => new Date();
  const ledger = createLedger(pools.gateway, createRowMacs(vault.sessions.gateway), { clock: now });
  const ref = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' };
  await using lock = await ledger.lock('exe-of-other-process');
  const lockWeb = () => lock.lockObjects([{ cluster: 'east', ref }]);
  assert.equal(await write('1'), 'written');
  await pause(times.seconds * 1000 + 1_000); // longer than the lock lasts without a renewal
  assert.equal(await write('2'), 'written');
  await assert.rejects(lockWeb(), { code: 'object-busy' });

  paused.kill('SIGSTOP');
  const stopped = performance.now();
  const isBusy = (error: unknown): boolean => error instanceof AirlockError && error.code === 'object-busy';
  const expiry = { what: 'the lock to expire', every: 100, within: times.seconds * 1000 + 7_000, tolerate: isBusy };
  await using _locked = await waitFor(expiry, lockWeb);
  await pause(Math.max(0, stoppedMs - (performance.now() - stopped)));
  paused.kill('SIGCONT');
  assert.equal(await write('3'), 'object-busy');
  await pause(3 * times.renewEveryMs); // its renewals do not win the lock back
  assert.equal(await write('4'), 'object-busy');
  const { rows } = await pools.owner.query('SELECT resource_version FROM execution_steps ORDER BY number');
  assert.deepEqual(rows, [{ resource_version: '1' }, { resource_version: '2' }]);
}
