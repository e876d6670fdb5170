import assert from 'node:assert/strict';
import { readlink, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { launch, resultOf, smallCheckout } from './small-checkout.ts';

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
  const { code, stdout, stderr } = await resultOf(launch(path, [], { env }));
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
