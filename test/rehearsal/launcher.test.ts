import assert from 'node:assert/strict';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { constants, readdirSync, readFileSync } from 'node:fs';
import { chmod, copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { waitFor } from '../../src/platform/wait-for.ts';
import { identityOf } from '../../stack/process/process-identity.mjs';
import { realPrograms } from './rehearse-for.ts';

const programs = await realPrograms();
const script = fileURLToPath(new URL('launch-one.ts', import.meta.url));

/** @param before the command that starts the launcher's process. */
function launch(deadlineSeconds: number, before: string[] = [], programPaths = programs): ChildProcess {
  const own = [process.execPath, script, JSON.stringify(programPaths), String(deadlineSeconds)];
  const [command = '', ...args] = [...before, ...own];
  return spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
}

async function output(child: ChildProcess): Promise<string> {
  let text = '';
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  await new Promise((resolve) => child.once('close', resolve));
  return text;
}

/** The PIDs of all descendants of a process. */
function descendants(pid: number): number[] {
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((other) => parentOf(other) === pid);
  return children.flatMap((child) => [child, ...descendants(child)]);
}

function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined; // the process has just ended
  }
}

async function until(what: string, condition: () => boolean): Promise<void> {
  await waitFor({ what, every: 100, within: 60_000 }, condition);
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

void test('a rehearsal runs without root, in a user namespace', async (t) => {
  if (process.getuid?.() !== 0) return assert.equal(await output(launch(120)), 'safe\n');
  const nobody = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups'];
  const readable = spawnSync(nobody[0] ?? '', [...nobody.slice(1), 'test', '-r', script]).status === 0;
  if (!readable) return t.skip('the checkout is not readable for another user');
  const folder = await mkdtemp(join(tmpdir(), 'airlock-launcher-test-'));
  try {
    await chmod(folder, 0o755);
    const copy = async ([name, path]: [string, string]): Promise<[string, string]> => {
      await copyFile(path, join(folder, name), constants.COPYFILE_FICLONE);
      return [name, join(folder, name)];
    };
    const copies = await Promise.all(Object.entries(programs).map(copy));
    assert.equal(await output(launch(120, nobody, Object.fromEntries(copies))), 'safe\n');
  } finally {
    await rm(folder, { recursive: true });
  }
});

void test('after the launcher is killed, no process and no file of its sandbox remain', async () => {
  const child = launch(120);
  const { pid = 0 } = child;
  let running: number[] = [];
  await until('the API server of the sandbox', () => {
    running = descendants(pid);
    return running.some((one) => commandOf(one).includes('kube-apiserver\0'));
  });
  const scratch = running.map(commandOf).flatMap((line) => /--scratch\0([^\0]+)/.exec(line)?.[1] ?? []);
  const identities = running.map((one) => [one, identityOf(one)?.startTime] as const);
  child.kill('SIGKILL');
  await until('the sandbox to end', () => identities.every(([one, start]) => identityOf(one)?.startTime !== start));
  assert.equal(new Set(scratch).size, 1);
  assert.throws(() => readdirSync(scratch[0] ?? ''), { code: 'ENOENT' });
});

void test('the runner is killed: sandbox-failed (retry), and not sandbox-unavailable', async () => {
  const child = launch(120);
  const printed = output(child);
  let running: number[] = [];
  await until('the API server of the sandbox', () => {
    running = descendants(child.pid ?? 0);
    return running.some((one) => commandOf(one).includes('kube-apiserver\0'));
  });
  const runner = running.find((one) => commandOf(one).split('\0')[1]?.endsWith('/sandbox/main.ts'));
  assert.ok(runner);
  process.kill(runner, 'SIGKILL');
  assert.match(await printed, /^sandbox-failed: /);
});

void test('a rehearsal that takes too long: sandbox-timeout', async () => {
  assert.match(await output(launch(1)), /^sandbox-timeout: /);
});

void test('no network namespace is allowed: sandbox-unavailable, with advice', async () => {
  const limits = 'echo 0 > /proc/sys/user/max_net_namespaces; exec "$@"';
  const without = ['unshare', '--user', '--map-root-user', '/bin/sh', '-c', limits, 'sh'];
  assert.match(await output(launch(30, without)), /^sandbox-unavailable: .*allow unprivileged user namespaces/);
});
