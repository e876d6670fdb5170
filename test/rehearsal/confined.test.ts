import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmod, chown, copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { confined } from '../../sandbox/launchers/confined.ts';
import { createProcessSandbox } from '../../sandbox/launchers/process.ts';

// A probe in the runner's place: what the same user's process sees inside, and what it can get back.

const probe = fileURLToPath(new URL('confined-probe.mjs', import.meta.url));
const root = process.getuid?.() === 0;
const other = 64_102;

interface Seen {
  secret: string;
  open: string;
  interfaces: string[];
  environment: string[];
  processes: number;
  capabilities: string;
  unmounted: boolean;
  nested: string;
}

/** A folder of the user's with a secret in one folder and an open file in another, and the probe. */
async function probed(user: number | undefined): Promise<Seen> {
  const folder = await mkdtemp(join(tmpdir(), 'airlock-confined-test-'));
  try {
    const secret = join(folder, 'config', 'identity.json');
    const open = join(folder, 'programs', 'open');
    const script = join(folder, 'programs', 'probe.mjs');
    for (const path of [secret, open]) await mkdir(join(path, '..'));
    await copyFile(probe, script);
    await writeFile(secret, 'secret', { mode: 0o600 });
    await writeFile(open, 'open');
    const all = [folder, join(folder, 'config'), join(folder, 'programs'), secret, open, script];
    if (user !== undefined) for (const path of all) await chown(path, user, user);
    await chmod(join(folder, 'config'), 0o700);
    const before = user === undefined ? [] : ['setpriv', `--reuid=${user}`, `--regid=${user}`, '--clear-groups'];
    const inside = [process.execPath, script, secret, open];
    const hide = [join(folder, 'config')];
    const [command = '', ...args] = [...before, ...confined({ hide, root: root && user === undefined }, inside)];
    const done = spawnSync(command, args, { env: { CANARY: 'x' }, cwd: folder, encoding: 'utf8', timeout: 30_000 });
    assert.equal(done.status, 0, `${done.signal ?? ''} ${done.stderr}`);
    return JSON.parse(done.stdout) as Seen;
  } finally {
    await rm(folder, { recursive: true });
  }
}

function nothingLeaks(seen: Seen): void {
  assert.equal(seen.open, 'open');
  assert.equal(seen.secret, 'ENOENT');
  assert.deepEqual(seen.interfaces, ['lo']);
  assert.deepEqual(seen.environment, []);
  assert.ok(seen.processes < 5, `${seen.processes} processes can be seen`);
  assert.equal(seen.unmounted, false);
  assert.notEqual(seen.nested, 'secret');
}

void test('a hidden secret of the same user cannot be read, and nothing else of the outside is there', async () => {
  const seen = await probed(undefined);
  nothingLeaks(seen);
  assert.equal(seen.capabilities, root ? '0000000000000002' : '0000000000000000'); // CAP_DAC_OVERRIDE
});

void test('the same where the launcher is not root', async (t) => {
  if (!root) return t.skip('the test before this one was that');
  const seen = await probed(other);
  nothingLeaks(seen);
  assert.equal(seen.capabilities, '0000000000000000');
});

void test('a hidden folder that holds what a rehearsal needs: bad-input, naming both', () => {
  const programs = { kwok: '/opt/airlock/bin/kwok' };
  const options = { programs, node: process.execPath, deadlineSeconds: 1 };
  assert.throws(() => createProcessSandbox({ ...options, hide: ['/opt/airlock'] }), {
    code: 'bad-input',
    message: /\/opt\/airlock is hidden from rehearsals, but they need \/opt\/airlock\/bin\/kwok/,
  });
  assert.throws(() => createProcessSandbox({ ...options, hide: ['config'] }), /config is not an absolute path/);
});
