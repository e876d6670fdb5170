import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Connection } from '@temporalio/client';
import { createVaultClient } from '../../src/platform/vault/vault-client.ts';
import { withClient } from '../../stack/servers/postgres-roles.ts';
import { ensureToolchain, type Toolchain } from '../../stack/toolchain/toolchain.ts';
import { startOpa } from '../../stack/servers/opa.ts';
import { startPostgres } from '../../stack/servers/postgres.ts';
import { stopAll } from '../../stack/process/process.ts';
import { createProgress } from '../../stack/progress.ts';
import { openState, type StateFolder } from '../../stack/state/state.ts';
import { startTemporal } from '../../stack/servers/temporal.ts';
import { startVault } from '../../stack/servers/vault.ts';

let path: string;
let state: StateFolder;
let toolchain: Toolchain;

before(async () => {
  toolchain = await ensureToolchain(createProgress());
  path = await mkdtemp(join(tmpdir(), 'airlock-servers-'));
  // PostgreSQL's user must be able to enter the parent folders, and mkdtemp makes folders of mode 0700.
  const { mode } = await stat(tmpdir());
  state = await openState(mode & 0o001 ? `${path}-state` : join(path, 'state'));
});
after(async () => {
  await stopAll(state);
  await rm(path, { recursive: true, force: true });
  await rm(state.path, { recursive: true, force: true });
});

test('PostgreSQL is durable, keeps its data over restarts, and gives each process its own login', async () => {
  const first = await startPostgres(state);
  await withClient(first.owner, async (client) => {
    await client.query('create schema airlock');
    await client.query('create table airlock.kept as select 42 as answer');
    for (const setting of ['fsync', 'synchronous_commit', 'full_page_writes']) {
      assert.equal((await client.query(`show ${setting}`)).rows[0][setting], 'on');
    }
  });
  await stopAll(state);
  const second = await startPostgres(state);
  const kept = await withClient(second.owner, (client) => client.query('select answer from airlock.kept'));
  assert.equal(kept.rows[0].answer, 42);
  await assert.rejects(
    withClient(first.owner, () => Promise.resolve()),
    /password authentication failed/,
  );
  for (const [process, url] of Object.entries(second.processes)) {
    const { rows } = await withClient(url, (client) => client.query('select current_user as me'));
    assert.equal(rows[0].me, `airlock_${process}`);
    await withClient(url, async (client) => {
      await assert.rejects(client.query('select answer from airlock.kept'), /permission denied/);
      await assert.rejects(client.query('create table public.mine()'), /permission denied/);
      await assert.rejects(client.query('create schema mine'), /permission denied/);
      await assert.rejects(client.query('select rolpassword from pg_authid'), /permission denied/);
      await assert.rejects(client.query("copy (select 1) to program 'id'"), /permission denied/);
    });
    await assert.rejects(
      withClient(url.replace(/\/airlock$/, '/postgres'), () => Promise.resolve()),
      /permission denied/,
    );
  }
  const log = await readFile(join(state.path, 'logs/postgres.log'), 'utf8');
  for (const url of Object.values(second.processes)) assert.ok(!log.includes(new URL(url).password));
});

test('Temporal has the namespace, and the same address after a restart', async () => {
  const first = await startTemporal(state, toolchain.program('temporal'));
  assert.equal(first.ui, undefined);
  await stopAll(state);
  const second = await startTemporal(state, toolchain.program('temporal'));
  assert.deepEqual(second, first);
  const connection = await Connection.connect(second);
  const { namespaceInfo } = await connection.workflowService.describeNamespace({ namespace: 'airlock' });
  assert.equal(namespaceInfo?.name, 'airlock');
  await connection.close();
});

test('OPA answers from the folder, without its tests, and its API cannot change the policy', async () => {
  const policies = await policyFolder('package airlock\nallow := input.x == 1\n');
  await writeFile(join(policies, 'a_test.rego'), 'package airlock_test\ntest_it if true\n');
  const url = await startOpa(state, toolchain.program('opa'), [policies]);
  const ask = async (): Promise<unknown> => {
    const body = JSON.stringify({ input: { x: 1 } });
    return (await fetch(`${url}/v1/data`, { method: 'POST', body })).json();
  };
  assert.deepEqual(await ask(), { result: { airlock: { allow: true } } });
  const { result } = (await (await fetch(`${url}/v1/policies`)).json()) as { result: { id: string }[] };
  assert.equal(result.length, 1);
  const own = `/v1/policies/${encodeURIComponent(result[0]?.id ?? '')}`;
  const changes: [string, string, string?][] = [
    ['PUT', '/v1/policies/mine', 'package airlock\nallow := true\n'],
    ['PUT', own, 'package airlock\nallow := true\n'],
    ['DELETE', own],
    ['PUT', '/v1/data/airlock/allow', 'true'],
    ['PATCH', '/v1/data/airlock', '[{"op":"add","path":"more","value":1}]'],
  ];
  for (const [method, at, body] of changes) {
    const answer = await fetch(url + at, { method, body: body ?? null });
    assert.ok(answer.status >= 400, `${method} ${at}: ${String(answer.status)}`);
  }
  assert.deepEqual(await ask(), { result: { airlock: { allow: true } } });
});

test('OPA does not start with a policy that does not compile; the error has file and reason', async () => {
  const policies = await policyFolder('package airlock\nallow := nothing\n');
  const other = await openState(join(path, 'opa-state'));
  await assert.rejects(startOpa(other, toolchain.program('opa'), [policies]), {
    code: 'server-failed',
    message: /it\.rego:2: .*nothing/,
  });
});

test('Vault is unsealed after a restart, is empty until its set-up has finished, and each start has a root token of its own', async () => {
  const first = await startVault(state, toolchain.program('vault'));
  await createVaultClient({ address: first.address, token: first.rootToken }).write('sys/mounts/a', {
    type: 'transit',
  });
  await stopAll(state);

  const second = await startVault(state, toolchain.program('vault'));
  const root = createVaultClient({ address: second.address, token: second.rootToken });
  assert.equal((await root.read('sys/mounts')).data['a/'], undefined, 'the set-up did not finish');
  await root.write('sys/mounts/b', { type: 'transit' });
  await second.recordSetUp();
  await stopAll(state);

  const third = await startVault(state, toolchain.program('vault'));
  const rootAgain = createVaultClient({ address: third.address, token: third.rootToken });
  assert.equal((await rootAgain.read('sys/mounts')).data['b/'].type, 'transit');
  await rootAgain.write('auth/token/revoke-self', {});
  await stopAll(state);

  // An earlier start may have crashed while it generated a root token.
  const fourth = await startVault(state, toolchain.program('vault'));
  const anybody = createVaultClient({ address: fourth.address });
  await anybody.write('sys/generate-root/attempt', {});
  await stopAll(state);
  assert.notEqual((await startVault(state, toolchain.program('vault'))).rootToken.reveal(), fourth.rootToken.reveal());
  const anonymous = createVaultClient({ address: third.address });
  assert.equal((await anonymous.read('sys/seal-status')).sealed, false);
  assert.equal((await stat(join(state.path, 'vault-unseal.json'))).mode & 0o777, 0o600);
});

async function policyFolder(rego: string): Promise<string> {
  const folder = await mkdtemp(join(path, 'policies-'));
  await writeFile(join(folder, 'it.rego'), rego);
  return folder;
}
