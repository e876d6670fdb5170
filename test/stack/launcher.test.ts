import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';

const checkout = fileURLToPath(new URL('../../', import.meta.url));
const main = `
  process.on('SIGTERM', () => process.exit(7));
  console.log('started', process.argv.slice(2).join(' '));
  if (process.argv[2] === 'wait') setTimeout(() => {}, 60_000);
  else process.exitCode = 3;
`;

/** A checkout with the real launcher, a small main.ts, and an installed, nearly empty lock file. */
async function smallCheckout(t: TestContext, packages: object = {}): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'airlock-launcher-'));
  t.after(() => rm(path, { recursive: true }));
  await cp(join(checkout, 'bin'), join(path, 'bin'), { recursive: true });
  for (const file of ['stack/state/lock.mjs', 'stack/process/process-identity.mjs'])
    await cp(join(checkout, file), join(path, file));
  await mkdir(join(path, 'src'));
  await writeFile(join(path, 'src', 'main.ts'), main);
  const locked = Object.keys(packages).map((name) => [name.replace('node_modules/', ''), '3.0.1']);
  const root = { name: 'small', version: '1.0.0', dependencies: Object.fromEntries(locked) };
  await writeFile(join(path, 'package.json'), JSON.stringify(root));
  const lock = { ...root, lockfileVersion: 3, requires: true, packages: { '': root, ...packages } };
  await writeFile(join(path, 'package-lock.json'), JSON.stringify(lock));
  await mkdir(join(path, 'node_modules', '.bin'), { recursive: true });
  await mkdir(join(path, 'node_modules', 'node', 'bin'), { recursive: true });
  await writeFile(join(path, 'node_modules', '.package-lock.json'), JSON.stringify({ ...lock, packages: {} }));
  await symlink(process.execPath, join(path, 'node_modules', 'node', 'bin', 'node'));
  return path;
}

function launch(path: string, args: string[], env: Record<string, string> = {}): ChildProcess {
  const { npm_execpath: _, ...rest } = process.env;
  return spawn(process.execPath, [join(path, 'bin', 'airlock.mjs'), ...args], {
    env: { ...rest, ...env },
    stdio: 'pipe',
  });
}

async function resultOf(child: ChildProcess): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const printed = { stdout: '', stderr: '' };
  child.stdout?.on('data', (chunk) => (printed.stdout += chunk));
  child.stderr?.on('data', (chunk) => (printed.stderr += chunk));
  const [code] = await once(child, 'close');
  return { code, ...printed };
}

test('the launcher passes arguments and exit code through, and npx finds the command', async (t) => {
  const path = await smallCheckout(t);
  const { code, stdout, stderr } = await resultOf(launch(path, ['a', 'b c']));
  assert.deepEqual([code, stdout, stderr], [3, 'started a b c\n', '']);
  assert.equal(await readlink(join(path, 'node_modules', '.bin', 'airlock')), '../../bin/airlock.mjs');
});

test('the launcher forwards a signal to main, which decides its exit code', async (t) => {
  const child = launch(await smallCheckout(t), ['wait']);
  child.stdout?.once('data', () => child.kill('SIGTERM'));
  assert.equal((await resultOf(child)).code, 7);
});

test('the launcher installs packages that differ from the lock file, and explains a failure without network', async (t) => {
  const resolved = 'http://127.0.0.1:9/is-odd/-/is-odd-3.0.1.tgz';
  const path = await smallCheckout(t, {
    'node_modules/is-odd': { version: '3.0.1', resolved, integrity: 'sha512-AAAA' },
  });
  const env = {
    npm_config_registry: 'http://127.0.0.1:9/',
    npm_config_fetch_retries: '0',
    npm_config_cache: join(path, 'c'),
  };
  const { code, stdout, stderr } = await resultOf(launch(path, [], env));
  assert.deepEqual([code, stdout], [1, '']);
  assert.match(stderr, /installing the npm packages/);
  assert.match(stderr, /npm ci failed \(exit code 1\): npm cannot reach the package registry/);
});

test('the launcher refuses a checkout without a lock file', async (t) => {
  const path = await smallCheckout(t);
  await rm(join(path, 'package-lock.json'));
  const { code, stderr } = await resultOf(launch(path, []));
  assert.equal(code, 1);
  assert.match(stderr, /package-lock\.json is missing: this checkout is incomplete/);
});
