import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { after, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createLedger } from '../../src/adapters/postgres/ledger/ledger.ts';
import { createRowMacs } from '../../src/adapters/vault/row-macs.ts';
import { AirlockError } from '../../src/lib/error.ts';
import { pause } from '../../src/platform/pause.ts';
import { waitFor } from '../../src/platform/wait-for.ts';
import { startDatabase } from '../execution/database.ts';
import { startTestVault } from '../execution/vault.ts';

const [database, vault] = await Promise.all([startDatabase(), startTestVault()]);
const { pools } = database;
const env = {
  PATH: process.env['PATH'],
  DATABASE: pools.gateway.options.connectionString,
  VAULT: vault.address,
  VAULT_IDENTITY: vault.identityFile('gateway'),
};
const paused = spawn(process.execPath, [fileURLToPath(new URL('object-holder.ts', import.meta.url))], {
  env,
  stdio: ['pipe', 'pipe', 'inherit'],
});
const lines = createInterface({ input: paused.stdout })[Symbol.asyncIterator]();
after(async () => {
  paused.kill('SIGKILL');
  await vault[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

/** Lets the process write an entry about its step. Returns what it prints. */
async function write(version: string): Promise<string> {
  paused.stdin.write(`${version}\n`);
  return String((await lines.next()).value);
}

it('a process that is paused until its lock has expired writes nothing after another has the lock', async () => {
  assert.equal((await lines.next()).value, 'ready');
  const now = (): Date => new Date();
  const ledger = createLedger(pools.gateway, createRowMacs(vault.sessions.gateway), { clock: now });
  const ref = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' };
  await using lock = await ledger.lock('exe-of-other-process');
  const lockWeb = () => lock.lockObjects([{ cluster: 'east', ref }]);
  assert.equal(await write('1'), 'written');
  await pause(4_000); // longer than the lock lasts without a renewal
  assert.equal(await write('2'), 'written');
  await assert.rejects(lockWeb(), { code: 'object-busy' });

  paused.kill('SIGSTOP');
  const isBusy = (error: unknown): boolean => error instanceof AirlockError && error.code === 'object-busy';
  await using _locked = await waitFor(
    { what: 'the lock to expire', every: 100, within: 10_000, tolerate: isBusy },
    lockWeb,
  );
  paused.kill('SIGCONT');
  assert.equal(await write('3'), 'object-busy');
  await pause(1_500); // its renewals do not win the lock back
  assert.equal(await write('4'), 'object-busy');
  const { rows } = await pools.owner.query('SELECT resource_version FROM execution_steps ORDER BY number');
  assert.deepEqual(rows, [{ resource_version: '1' }, { resource_version: '2' }]);
});
