import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmod, chown, lchown, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { identityOf } from '../../stack/process/process-identity.mjs';
import { isRunning, stopAll } from '../../stack/process/process.ts';
import { createTemporaryState, removeState } from '../../stack/state/own-state.ts';
import { openState } from '../../stack/state/state.ts';

const notTrusted = { code: 'state-not-trusted' };
/** A user that is not root and not the user of the tests. */
const other = 54_321;
const asRoot = { skip: process.getuid?.() === 0 ? false : 'only root can make a folder of another user' };

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'airlock-trusted-'));
  t.after(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** A process of this user, and a state folder whose record names the process. */
async function victim(t: TestContext, path: string) {
  const child = spawn('sleep', ['60'], { stdio: 'ignore' });
  const pid = child.pid ?? 0;
  t.after(() => child.kill('SIGKILL'));
  const record = { name: 'victim', pid, order: 1, ...identityOf(pid) };
  await mkdir(join(path, 'processes'), { recursive: true });
  await writeFile(join(path, 'processes', `${pid}.json`), JSON.stringify(record));
  return record as Parameters<typeof isRunning>[0];
}

async function giveAway(path: string): Promise<void> {
  for (const part of [join(path, 'processes'), path]) await chown(part, other, other);
}

test('clean-up does not stop a process that a folder of another user names', asRoot, async (t) => {
  const path = join(await folder(t), 'state');
  const record = await victim(t, path);
  await giveAway(path);
  await assert.rejects(async () => stopAll(await openState(path)), notTrusted);
  assert.equal(isRunning(record), true);
});

test('the clean-up of abandoned folders passes over a folder of another user', asRoot, async (t) => {
  const root = await folder(t);
  await chmod(root, 0o1777);
  const planted = join(root, 'test-0123abcd');
  const record = await victim(t, planted);
  await writeFile(join(planted, 'owner.json'), JSON.stringify({ pid: 1, startTime: '1', bootId: 'x' }));
  await giveAway(planted);
  const before = process.env['AIRLOCK_STATE'];
  process.env['AIRLOCK_STATE'] = join(root, 'default');
  t.after(() => {
    if (before === undefined) delete process.env['AIRLOCK_STATE'];
    else process.env['AIRLOCK_STATE'] = before;
  });
  await removeState(await createTemporaryState('test'));
  assert.equal(isRunning(record), true);
});

test('a folder that others can write is refused', async (t) => {
  const path = await folder(t);
  for (const mode of [0o777, 0o770, 0o1777]) {
    await chmod(path, mode);
    await assert.rejects(openState(path), notTrusted, mode.toString(8));
  }
});

test('a folder below a parent that others can write is refused, unless the parent has the sticky bit', async (t) => {
  const parent = await folder(t);
  await mkdir(join(parent, 'state'));
  await chmod(parent, 0o777);
  await assert.rejects(openState(join(parent, 'state')), notTrusted);
  await chmod(parent, 0o1777);
  await openState(join(parent, 'state'));
});

test('below a parent that others can write, nothing is created', async (t) => {
  const parent = await folder(t);
  await chmod(parent, 0o777);
  await assert.rejects(openState(join(parent, 'new', 'state')), notTrusted);
  assert.deepEqual(await readdir(parent), []);
});

test('a folder below a parent of another user is refused', asRoot, async (t) => {
  const parent = await folder(t);
  await mkdir(join(parent, 'state'));
  await chown(parent, other, other);
  await assert.rejects(openState(join(parent, 'state')), notTrusted);
});

test("another user's symbolic link to a good folder is refused", asRoot, async (t) => {
  const parent = await folder(t);
  await mkdir(join(parent, 'good'));
  await symlink(join(parent, 'good'), join(parent, 'link'));
  await openState(join(parent, 'link', 'state'));
  await lchown(join(parent, 'link'), other, other);
  await assert.rejects(openState(join(parent, 'link', 'state')), notTrusted);
});

test('a folder behind a link in a folder that others can write is refused', async (t) => {
  const parent = await folder(t);
  for (const name of ['real', 'shared']) await mkdir(join(parent, name));
  await symlink(join(parent, 'real'), join(parent, 'shared', 'hop'));
  await symlink(join(parent, 'shared', 'hop'), join(parent, 'link'));
  await chmod(join(parent, 'shared'), 0o777);
  await assert.rejects(openState(join(parent, 'link', 'state')), notTrusted);
});

test('a relative path is checked like the absolute path', async (t) => {
  const parent = await folder(t);
  await mkdir(join(parent, 'work', 'state'), { recursive: true });
  await chmod(parent, 0o777);
  const before = process.cwd();
  t.after(() => process.chdir(before));
  process.chdir(join(parent, 'work'));
  await assert.rejects(openState('state'), notTrusted);
});

test('a folder of process records that another user owns is refused', asRoot, async (t) => {
  const path = await folder(t);
  await victim(t, path);
  await chown(join(path, 'processes'), other, other);
  await assert.rejects(openState(path), notTrusted);
});
