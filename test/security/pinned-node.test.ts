import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { copyFile, lstat, mkdir, open, readFile, realpath, symlink, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { z } from 'zod';
import { launch, resultOf, smallCheckout } from '../stack/small-checkout.ts';

const checkout = join(import.meta.dirname, '../..');
const nodePackage = `node-${process.platform}-${process.arch}`;
const originalBinary = join(checkout, 'node_modules', nodePackage, 'bin', 'node');
/** The launcher believes that this Node runs it, so it needs the Node of the npm package. */
const oldNode = { nodeVersion: '20.20.2' };

const lockedSchema = z.object({ version: z.string(), integrity: z.string().optional() });
const lockSchema = z.object({ packages: z.record(z.string(), lockedSchema) });
const digestsSchema = z.record(z.string(), z.object({ integrity: z.string(), sha256: z.string() }));

async function parsed<T>(path: string, schema: z.ZodType<T>): Promise<T> {
  return schema.parse(JSON.parse(await readFile(join(checkout, path), 'utf8')));
}

describe('the Node of the npm package', () => {
  it('is locked for each platform, and its recorded digest belongs to the locked package', async () => {
    const { packages } = await parsed('package-lock.json', lockSchema);
    const manifest = await parsed('package.json', z.object({ optionalDependencies: z.record(z.string(), z.string()) }));
    const digests = await parsed('bin/node-digests.json', digestsSchema);
    assert.deepEqual(Object.keys(digests), Object.keys(manifest.optionalDependencies));
    for (const [name, { integrity }] of Object.entries(digests)) {
      const locked = packages[`node_modules/${name}`];
      assert.equal(locked?.integrity, integrity, `${name} has changed: run npm run node:digests`);
      assert.equal(locked?.version, manifest.optionalDependencies[name]);
    }
  });

  it('runs if the Node on PATH is too old', async (t) => {
    const { path, binary } = await checkoutWithNode(t);
    await copyFile(originalBinary, binary);
    assert.equal((await resultOf(launch(path, [], oldNode))).stdout, `${binary}\n`);
  });

  it('is not run if one byte of it differs', async (t) => {
    const { path, binary } = await checkoutWithNode(t);
    await copyWithOneByteChanged(binary);
    const { code, stdout, stderr } = await resultOf(launch(path, [], oldNode));
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(stderr, /bin\/node was not run, because it is not the file of the locked npm package node-/);
  });

  it('is not run if another program is in its place', async (t) => {
    const { path, binary } = await checkoutWithNode(t);
    await writeFile(binary, '#!/bin/sh\necho attacked\n', { mode: 0o755 });
    const { code, stdout, stderr } = await resultOf(launch(path, [], oldNode));
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(stderr, /was not run/);
  });

  it('is checked when it runs the launcher itself, and does not run main', async (t) => {
    const { path, binary } = await checkoutWithNode(t);
    await copyWithOneByteChanged(binary);
    const { code, stdout, stderr } = await resultOf(spawn(binary, [join(path, 'bin', 'airlock.mjs')]));
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(stderr, /was not run/);
  });

  it('is not the first node on PATH in `npm run`', async (t) => {
    const { path, binary } = await checkoutWithNode(t);
    const link = join(path, 'node_modules', '.bin', 'node');
    await symlink(binary, link);
    await resultOf(launch(path, []));
    await assert.rejects(lstat(link), { code: 'ENOENT' });
  });
});

it('a Node >= 24 on PATH is used as it is, and no other is needed', async (t) => {
  const path = await smallCheckout(t);
  await printNodeInMain(path);
  const programs = join(path, 'programs');
  await mkdir(programs);
  await writeFile(join(programs, 'node'), `#!/bin/sh\nexec '${process.execPath}' "$@"\n`, { mode: 0o755 });
  const env = { ...process.env, PATH: [programs, '/usr/bin', '/bin'].join(delimiter) };
  const { stdout } = await resultOf(spawn(join(path, 'bin', 'airlock.mjs'), [], { env }));
  assert.equal(stdout, `${await realpath(process.execPath)}\n`);
});

it('says what to install if there is neither a new Node nor a package for the platform', async (t) => {
  const path = await smallCheckout(t);
  await writeFile(join(path, 'bin', 'node-digests.json'), '{}');
  const { code, stderr } = await resultOf(launch(path, [], oldNode));
  assert.equal(code, 1);
  assert.match(stderr, /Node 20\.20\.2 is too old.*: install Node 24 or newer/);
});

/** A checkout in which npm has installed the package with Node; the caller creates the file `binary`. */
async function checkoutWithNode(t: TestContext): Promise<{ path: string; binary: string }> {
  const folder = `node_modules/${nodePackage}`;
  const path = await smallCheckout(t, { [folder]: { version: '3.0.1', integrity: 'sha512-AAAA', optional: true } });
  await copyFile(join(path, 'package-lock.json'), join(path, 'node_modules', '.package-lock.json'));
  await removeRoot(join(path, 'node_modules', '.package-lock.json'));
  await mkdir(join(path, folder, 'bin'), { recursive: true });
  await printNodeInMain(path);
  return { path: await realpath(path), binary: join(await realpath(path), folder, 'bin', 'node') };
}

/** npm's own list of what is installed does not contain the root package. */
async function removeRoot(file: string): Promise<void> {
  const { packages, ...lock } = lockSchema.loose().parse(JSON.parse(await readFile(file, 'utf8')));
  const { '': _, ...installed } = packages;
  await writeFile(file, JSON.stringify({ ...lock, packages: installed }));
}

function printNodeInMain(path: string): Promise<void> {
  return writeFile(join(path, 'src', 'main.ts'), 'console.log(process.execPath);\n');
}

async function copyWithOneByteChanged(file: string): Promise<void> {
  await copyFile(originalBinary, file);
  await using handle = await open(file, 'r+');
  const position = (await handle.stat()).size - 1;
  const { buffer } = await handle.read(Buffer.alloc(1), { position });
  await handle.write(Buffer.from([(buffer[0] ?? 0) ^ 1]), 0, 1, position);
}
