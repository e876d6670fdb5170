import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmod, chown, copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { confinedCommand } from '../../sandbox/launchers/confined.ts';
import { createProcessSandbox } from '../../sandbox/launchers/process.ts';

// A probe runs in place of the runner and reports what a process of the same user can read and undo inside.

const probeScript = fileURLToPath(new URL('confined-probe.mjs', import.meta.url));
const root = process.getuid?.() === 0;
const other = 64_102;

interface ProbeResult {
  secret: string;
  open: string;
  interfaces: string[];
  environment: string[];
  processes: number;
  capabilities: string;
  unmounted: boolean;
  nested: string;
}

/** Runs the probe in a folder of the user that has a secret in a hidden folder and a readable file in another one. */
async function probe(user: number | undefined): Promise<ProbeResult> {
  const folder = await mkdtemp(join(tmpdir(), 'airlock-confined-test-'));
  try {
    const secret = join(folder, 'config', 'identity.json');
    const open = join(folder, 'programs', 'open');
    const script = join(folder, 'programs', 'probe.mjs');
    for (const path of [secret, open]) await mkdir(join(path, '..'));
    await copyFile(probeScript, script);
    await writeFile(secret, 'secret', { mode: 0o600 });
    await writeFile(open, 'open');
    const all = [folder, join(folder, 'config'), join(folder, 'programs'), secret, open, script];
    if (user !== undefined) for (const path of all) await chown(path, user, user);
    await chmod(join(folder, 'config'), 0o700);
    const before = user === undefined ? [] : ['setpriv', `--reuid=${user}`, `--regid=${user}`, '--clear-groups'];
    const inside = [process.execPath, script, secret, open];
    const hide = [join(folder, 'config')];
    const [command = '', ...args] = [
      ...before,
      ...confinedCommand({ hide, launcherIsRoot: root && user === undefined }, inside),
    ];
    const done = spawnSync(command, args, { env: { CANARY: 'x' }, cwd: folder, encoding: 'utf8', timeout: 30_000 });
    assert.equal(done.status, 0, `${done.signal ?? ''} ${done.stderr}`);
    return JSON.parse(done.stdout) as ProbeResult;
  } finally {
    await rm(folder, { recursive: true });
  }
}

function assertNothingLeaks(result: ProbeResult): void {
  assert.equal(result.open, 'open');
  assert.equal(result.secret, 'ENOENT');
  assert.deepEqual(result.interfaces, ['lo']);
  assert.deepEqual(result.environment, []);
  assert.ok(result.processes < 5, `${result.processes} processes are visible`);
  assert.equal(result.unmounted, false);
  assert.notEqual(result.nested, 'secret');
}

void test('a process of the same user cannot read a hidden secret, and sees nothing else of the outside', async () => {
  const result = await probe(undefined);
  assertNothingLeaks(result);
  assert.equal(result.capabilities, root ? '0000000000000002' : '0000000000000000'); // CAP_DAC_OVERRIDE
});

void test('the same if the launcher is not root', async (t) => {
  if (!root) return t.skip('this user is not root: the test of a process of the same user covers this case');
  const result = await probe(other);
  assertNothingLeaks(result);
  assert.equal(result.capabilities, '0000000000000000');
});

void test('a hidden folder with a program that a rehearsal needs: bad-input that names both', () => {
  const programs = { kwok: '/opt/airlock/bin/kwok' };
  const options = { programs, node: process.execPath, deadlineSeconds: 1 };
  assert.throws(() => createProcessSandbox({ ...options, hide: ['/opt/airlock'] }), {
    code: 'bad-input',
    message: /\/opt\/airlock cannot be hidden, because a rehearsal needs \/opt\/airlock\/bin\/kwok/,
  });
  assert.throws(() => createProcessSandbox({ ...options, hide: ['config'] }), /config is not an absolute path/);
});
