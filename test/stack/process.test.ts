import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { isRunning, killServer, startServer, stopAll, type ServerSpec } from '../../stack/process/process.ts';
import { identityOf } from '../../stack/process/process-identity.mjs';
import { waitFor } from '../../src/platform/wait-for.ts';
import { openState, type StateFolder } from '../../stack/state/state.ts';

const yes = async (): Promise<boolean> => Promise.resolve(true);
const never = async (): Promise<boolean> => Promise.resolve(false);

function shell(script: string, rest: Partial<ServerSpec> = {}): ServerSpec {
  return { name: 'it', command: '/bin/sh', args: ['-c', script], deadlineMs: 5_000, ready: yes, order: 1, ...rest };
}

async function emptyState(t: TestContext): Promise<StateFolder> {
  const path = await mkdtemp(join(tmpdir(), 'airlock-process-'));
  const state = await openState(join(path, 'state'));
  t.after(async () => {
    await stopAll(state);
    await rm(path, { recursive: true });
  });
  return state;
}

test('a server runs detached, is recorded, and stops', async (t) => {
  const state = await emptyState(t);
  const server = await startServer(state, shell('exec sleep 60'));
  const [record] = await state.records();
  assert.ok(record);
  assert.deepEqual([record.name, record.pid], ['it', server.pid]);
  assert.equal(isRunning(record), true);
  await server.stop();
  assert.equal(isRunning(record), false);
  assert.deepEqual(await state.records(), []);
});

test('the environment of a server is PATH and the given variables', async (t) => {
  const state = await emptyState(t);
  process.env['AIRLOCK_TEST_SECRET'] = 'must not travel';
  await startServer(state, shell('env; exec sleep 60', { env: { HOME: '/nowhere' } }));
  const log = join(state.path, 'logs', 'it.log');
  const wait = { what: 'HOME in the log', every: 20, within: 5_000 };
  await waitFor(wait, async () => (await readFile(log, 'utf8')).includes('HOME=/nowhere'));
  const names = (await readFile(log, 'utf8'))
    .trim()
    .split('\n')
    .map((line) => line.split('=')[0]);
  assert.deepEqual(names.filter((name) => !['PWD', '_', 'SHLVL', 'OLDPWD'].includes(name ?? '')).sort(), [
    'HOME',
    'PATH',
  ]);
});

test('a killed server has no record and can start again; a missing server cannot be killed', async (t) => {
  const state = await emptyState(t);
  const { pid } = await startServer(state, shell('trap "" TERM; while :; do sleep 0.05; done'));
  assert.equal(await killServer(state, 'it'), pid);
  assert.deepEqual([identityOf(pid), await state.records()], [undefined, []]);
  await assert.rejects(killServer(state, 'it'), { code: 'server-not-running' });
  const again = await startServer(state, shell('exec sleep 60'));
  assert.equal(await killServer(state, 'it'), again.pid);
});

test('all servers stop, in descending order', async (t) => {
  const state = await emptyState(t);
  await startServer(state, shell('exec sleep 60', { name: 'first', order: 1 }));
  await startServer(state, shell('exec sleep 60', { name: 'last', order: 9 }));
  assert.deepEqual(await stopAll(state), ['last', 'first']);
  assert.deepEqual(await stopAll(state), []);
});

test('a server is stopped by its stop signal, also by another process', async (t) => {
  const state = await emptyState(t);
  await startServer(
    state,
    shell("trap 'exit 0' INT; trap '' TERM; while :; do sleep 0.05; done", { stopSignal: 'SIGINT' }),
  );
  const again = await openState(state.path);
  assert.deepEqual(await stopAll(again), ['it']);
});

test('the error of a server that ends before it is ready has its last output and the log', async (t) => {
  const state = await emptyState(t);
  await assert.rejects(
    startServer(state, shell('echo old; echo no such port >&2; exit 3', { ready: never })),
    (error: Error) => {
      assert.match(error.message, /it ended before it was ready \(exit code 3\)/);
      assert.match(error.message, /no such port/);
      assert.match(error.message, /logs\/it\.log/);
      return true;
    },
  );
  assert.deepEqual(await state.records(), []);
});

test('a program that does not exist gives an error', async (t) => {
  const state = await emptyState(t);
  const spec = shell('', { command: '/nowhere/it', ready: never });
  await assert.rejects(startServer(state, spec), /could not be started: .*ENOENT/);
});

test('a server that is not ready in time is stopped', async (t) => {
  const state = await emptyState(t);
  const ready = async (): Promise<boolean> => Promise.reject(new Error('connection refused'));
  const spec = shell('exec sleep 60', { deadlineMs: 200, ready });
  await assert.rejects(startServer(state, spec), /not ready after 0\.2 s \(last error: connection refused\)/);
  assert.deepEqual(await state.records(), []);
});

test('the record of a reused pid is deleted, and the process is not stopped', async (t) => {
  const state = await emptyState(t);
  const other = spawn('/bin/sleep', ['60'], { stdio: 'ignore' });
  t.after(() => other.kill('SIGKILL'));
  const identity = identityOf(other.pid ?? 0);
  assert.ok(identity && other.pid);
  await state.writeRecord({ name: 'ours', pid: other.pid, startTime: '1', bootId: identity.bootId, order: 1 });
  assert.deepEqual(await stopAll(state), []);
  await state.writeRecord({ name: 'ours', pid: other.pid, startTime: identity.startTime, bootId: 'earlier', order: 1 });
  assert.deepEqual(await stopAll(state), []);
  assert.ok(identityOf(other.pid), 'the other process still runs');
  assert.deepEqual(await state.records(), []);
});

test('a JSON file is replaced atomically, and the error of a broken one names it', async (t) => {
  const state = await emptyState(t);
  await state.writeJson('ports.json', { a: 1 });
  await state.writeJson('ports.json', { a: 2 });
  assert.deepEqual(await state.readJson('ports.json', (value) => value), { a: 2 });
  assert.deepEqual(await readdir(state.path), ['ports.json', 'processes']);
  assert.equal(await state.readJson('none.json', (value) => value), undefined);
  const refuse = (): never => {
    throw new Error('wrong shape');
  };
  await assert.rejects(state.readJson('ports.json', refuse), /ports\.json does not have the expected content/);
});

test('as root, other users can enter the parent folders also under a strict umask', async (t) => {
  const path = await mkdtemp(join(tmpdir(), 'airlock-umask-'));
  const before = process.umask(0o077);
  t.after(async () => {
    process.umask(before);
    await rm(path, { recursive: true });
  });
  const state = await openState(join(path, 'a', 'b'));
  const expected = process.getuid?.() === 0 ? 0o711 : 0o700;
  for (const folder of ['a', 'a/b']) assert.equal((await stat(join(path, folder))).mode & 0o777, expected, folder);
  assert.equal((await stat(await state.folder('vault'))).mode & 0o777, 0o700);
});
